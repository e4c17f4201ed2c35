// Lecture "3-dimensional images", slide "Extracting a spectrum from an image stack".
// The slide shows pictures and says: "Spectra are horizontal arrays, i.e. their height is always 1!"
// Completed (not on the slide): all of the code.
// Run: temstack script run extract_spectrum.s --image series.dm4 --save spectra
//
// The spectrum is the sum over the selected area, or over all of each plane where nothing is selected.

Image stack := getFrontImage()
number xsize, ysize, zsize
Get3DSize(stack, xsize, ysize, zsize)

number top, left, bottom, right
stack.GetSelection(top, left, bottom, right)

Image spectrum := RealImage("Spectrum of " + stack.GetName(), 4, zsize, 1)
number plane
for (plane = 0; plane < zsize; plane++)
{
    spectrum[plane, 0] = sum(stack[left, top, plane, right, bottom, plane+1])
}

// The energy axis of the stack becomes the horizontal axis of the spectrum.
number origin, scale
string units
stack.ImageGetDimensionCalibration(2, origin, scale, units, 1)
spectrum.ImageSetDimensionCalibration(0, origin, scale, units, 1)
spectrum.SetStringNote("Meta Data:Format", "Spectrum")
spectrum.SetStringNote("Meta Data:Signal", "EELS")

result("spectrum of " + zsize + " channels from " + origin + " " + units + " in steps of " + scale + "\n")
showimage(spectrum)
