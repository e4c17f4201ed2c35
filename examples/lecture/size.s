// Lecture "3-dimensional images", slide "Obtain the size of a 3-dimensional image".
// Spelling corrected: `get3dszie` is `Get3DSize`; the first line has `:=`, as `=` would copy the pixels.
// Completed (not on the slide): the declaration of the sizes, and the last lines.
// Run: temstack script run size.s --image series.dm4

Image stack := getFrontImage()
number xsize, ysize, zsize

Get3DSize(stack, xsize, ysize, zsize)
result("Get3DSize: " + xsize + " x " + ysize + " x " + zsize + "\n")

stack.getSize(xsize, ysize, zsize)
result("getSize:   " + xsize + " x " + ysize + " x " + zsize + "\n")
