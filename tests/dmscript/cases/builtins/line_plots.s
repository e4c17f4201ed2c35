//# the lines of a plot
image a := RealImage("a",4,8,2)
a.SetDisplayType(4)
imagedisplay d = a.ImageGetImageDisplay(0)
image bg := RealImage("bg",4,8)
object id = d.ImageDisplayAddImage(bg,"Bkgd")
result(d.ImageDisplayCountSlices()+" "+d.ImageDisplayGetSliceLabelByID(d.ImageDisplayGetSliceIDByIndex(2)))
d.ImageDisplaySetSliceLabelByID(d.ImageDisplayGetSliceIDByIndex(0),"signal")
d.ImageDisplaySetSliceLabelByIndex(1,"noise")
number i
for(i=0;i<3;i++) result(" "+d.ImageDisplayGetFullSliceLabelByID(d.ImageDisplayGetSliceIDByIndex(i)))
result(" "+d.ImageDisplayGetSliceImage(id).GetName()+SliceIDIsValid(d.ImageDisplayGetSliceIDByLabel("none")))
d.ImageDisplayDeleteSliceWithID(id)
result(" "+d.ImageDisplayCountSlices())
//> 3 Bkgd signal noise Bkgd bg0 2
//# how it is drawn
image a := RealImage("a",4,8)
a = icol
lineplotimagedisplay d = a.ImageGetImageDisplay(0)
number low, high
d.LinePlotImageDisplayGetContrastLimits(low,high)
result(low+" "+high)
d.LinePlotImageDisplaySetDoAutoSurvey(0,0)
a = 2*a
d.LinePlotImageDisplayGetContrastLimits(low,high)
result(" "+high)
d.LinePlotImageDisplaySetContrastLimits(-1,5)
d.LinePlotImageDisplayGetContrastLimits(low,high)
result(" "+low+" "+high)
d.LinePlotImageDisplaySetDisplayedChannels(2,6)
d.LinePlotImageDisplayGetDisplayedChannels(low,high)
result(" "+low+" "+high)
d.LinePlotImageDisplaySetLegendShown(1)
d.LinePlotImageDisplaySetGridOn(0)
d.LinePlotImageDisplaySetSliceDrawingStyle(0,2)
d.LinePlotImageDisplaySetSliceLineThickness(d.ImageDisplayGetSliceIDByIndex(0),3)
d.LinePlotImageDisplaySetSliceComponentColor(0,1,0.9,0,0)
number r,g,b
d.LinePlotImageDisplayGetSliceComponentColor(0,1,r,g,b)
result(" "+d.LinePlotImageDisplayIsLegendShown()+d.LinePlotImageDisplayIsGridOn()+d.LinePlotImageDisplayGetSliceDrawingStyle(0)+" "+r)
//> 0 7 7 -1 5 2 6 102 0.9
//# a line that is not there
image a := RealImage("a",4,8)
imagedisplay d = a.ImageGetImageDisplay(0)
d.LinePlotImageDisplaySetSliceDrawingStyle(1,1) //! 3 runtime error: the display of 'a' has no slice 1; it has 1
//# braces mean a line of a plot
image a := RealImage("a",4,8)
a = icol
imagedisplay disp = a.ImageGetImageDisplay(0)
image bg = a*2
disp.ImageDisplayAddImage(bg,"Bkgd")
image copy = disp{"Bkgd"}
disp{"Bkgd"} = 3
result(sum(copy)+" "+sum(bg)+" "+sum(disp{1})+" "+sum(disp{disp.ImageDisplayGetSliceIDByIndex(0)}))
image two := RealImage("two",4,8,2)
two = irow
two.SetDisplayType(4)
imagedisplay other = two.ImageGetImageDisplay(0)
other{1} = 5
result(" "+sum(two))
//> 56 24 24 28 40
//# braces with a label that is not there
image a := RealImage("a",4,8)
imagedisplay disp = a.ImageGetImageDisplay(0)
image b := disp{"Edge"} //! 12 runtime error: the display of 'a' has no slice 'Edge'; it has 1
//# braces on an image mean the lines of its display
image p := RealImage("p",4,5,1), column := RealImage("c",4,1,5)
p = icol
image line := p{0}
column = line[irow,icolumn]
result(sum(line)+" "+column.GetPixel(0,3))
//> 10 3
