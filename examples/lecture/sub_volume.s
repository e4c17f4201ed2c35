// Lecture "3-dimensional images", slide "Extracting a volume from an image stack".
// Spelling corrected: none.
// Completed (the slide has the one line and a picture): where the volume lies, asked for, and its display.
// Run: temstack script run sub_volume.s --image series.dm4 --answer "Left=10" --answer "Top=20" --save volumes
//
// A 2-D area is [top,left,bottom,right]; a volume is [left,top,front,right,bottom,back].

Image stack := getFrontImage()
number xsize, ysize, zsize
Get3DSize(stack, xsize, ysize, zsize)

number left = 0
number top = 0
number firstPlane = 0
number right = xsize
number bottom = ysize
number lastPlane = zsize - 1

if (!getNumber("Left", left, left)) exit(0)
if (!getNumber("Top", top, top)) exit(0)
if (!getNumber("Right", right, right)) exit(0)
if (!getNumber("Bottom", bottom, bottom)) exit(0)
if (!getNumber("First plane", firstPlane, firstPlane)) exit(0)
if (!getNumber("Last plane", lastPlane, lastPlane)) exit(0)

Image subStack
subStack := stack[left,top,firstPlane,right,bottom,lastPlane+1].ImageClone()
subStack.SetName("sub-volume")
subStack.Get3DSize(xsize, ysize, zsize)
result("sub-volume of " + xsize + " x " + ysize + " x " + zsize + "\n")
showimage(subStack)
