// Lecture "3-dimensional images", slide "recordEFTEMStack": an EFTEM series with automatic exposure.
// Spelling corrected: `IIFSetupCommunication` is `IFSetupCommunication`.
// Completed: the declarations before the questions, and everything after the first line of the loop, where the slide is
// cut off; it does what the slide "Requirements for auto-exposure EFTEM series acquisition" asks for. Marked below.
//
// The arrays are signed 2-byte integers, as on the slide: they hold up to 32767, and scaling drops fractions of counts
// where the exposure has grown. recordEFTEMStackReal.s does not.
// Run: temstack script run recordEFTEMStack.s --save series
//
// (... what the slide leaves out:)
number width, height, jImg
number imgCount = 10, E0 = 0, dE = 10, binX = 4, binY = 4

object camera = CM_GetCurrentCamera()
if (!CM_GetCameraInserted(camera))
    throw("The camera is not inserted!");
object acq_params = CM_GetCameraAcquisitionParameterSet(camera,"Imaging","Acquire","Record",0)
number expTime = CM_GetExposure(acq_params)
// (... end of what the slide leaves out)

CM_CCD_getSize(camera, width, height)
if (!getnumber("Please enter number of images: ", imgCount, imgCount))
    throw("EFTEM acquisition cancelled!");
if (!getnumber("Please enter starting energy (eV): ", E0, E0))
    throw("EFTEM acquisition cancelled!");
if (!getnumber("Please enter energy step (eV): ", dE, dE))
    throw("EFTEM acquisition cancelled!");
if (!getnumber("Please enter Binning in X-direction: ", binX, binX))
    throw("EFTEM acquisition cancelled!");
if (!getnumber("Please enter Binning: ", binY, binY))
    throw("EFTEM acquisition cancelled!");

//Initialize energy filter communication:
if (!IFSetupCommunication())
    throw("Energy filter communication failed!\n");

// create the image for holding the current recording
RealImage img = IntegerImage("current image", 2, 1, width/binX, height/binY)
RealImage stack = IntegerImage("current image", 2, 1, width/binX, height/binY, imgCount)

// From here on completed: the slide is cut off after "for (jImg=0;jImg".
// Dark references are taken by the camera, one for each exposure time; as exposures change by powers of 2 only,
// there are few. An image is too bright or too dark by its average plus 3 standard deviations, so that single hot
// pixels do not count. Too bright: half the exposure, and this image again. Too dark: keep it, and twice the
// exposure for the next. The upper threshold is 8 times the lower, or one image could flip for ever.
number upper = 16000, lower = 2000, longest = 64
number firstTime = 0, brightest, retakes, isTooBright
number oldEnergy = IFGetEnergyLoss()
CM_SetCCDReadArea(acq_params, 0, 0, height, width)
CM_SetBinning(acq_params, binX, binY)
CM_SetProcessing(acq_params, 2)

try {
    for (jImg=0;jImg<imgCount;jImg++) {
        IFSetEnergyLoss(E0+jImg*dE)
        IFWaitForFilter()
        retakes = 0
        isTooBright = 1
        while (isTooBright) {
            CM_SetExposure(acq_params, expTime)
            Image recorded := CM_AcquireImage(camera, acq_params)
            brightest = mean(recorded)+3*sqrt(variance(recorded))
            isTooBright = brightest >= upper && retakes < 10
            if (isTooBright) {
                expTime = expTime/2
                retakes++
            }
            else
                img = recorded
        }
        if (firstTime == 0)
            firstTime = expTime

        // scale to the exposure of the first image
        stack[0,0,jImg,width/binX,height/binY,jImg+1] = img*(firstTime/expTime)
        result("Image "+jImg+": "+(E0+jImg*dE)+" eV, "+expTime+" s, "+retakes+" retaken\n")

        if (brightest < lower && expTime*2 <= longest)
            expTime = expTime*2
    }
}
catch {
    // whatever happens, the energy goes back to where it was
    IFSetEnergyLoss(oldEnergy)
    throw(GetExceptionString())
}
IFSetEnergyLoss(oldEnergy)

stack.ImageSetDimensionCalibration(2, E0, dE, "eV", 1)
stack.SetName("EFTEM series")
showImage(stack)
