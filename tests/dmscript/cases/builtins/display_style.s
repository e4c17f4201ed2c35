//# what is seen, as colours
image a := RealImage("a",4,3,1)
a = icol
imagedisplay d = a.ImageGetImageDisplay(0)
d.ImageDisplaySetContrastLimits(0,2)
image seen := CreateImageFromDisplay(a)
result(sum(red(seen)[0,0,1,1])+" "+sum(red(seen)[0,1,1,2])+" "+sum(red(seen)[0,2,1,3]))
taggroup list = NewTagList()
number i
for(i=0;i<2;i++)
{
	taggroup entry = NewTagGroup()
	entry.TagGroupSetTagAsLong("Index", 255*i)
	entry.TagGroupSetTagAsRGBUInt16("RGB", 255*i, 0, 255-255*i)
	list.TagGroupInsertTagAsTagGroup(infinity(), entry)
}
image table := COLUGradientColorCLUT(list)
number w,h
table.GetSize(w,h)
d.ImageDisplaySetInputColorTable(table)
imagedisplay clut
rgbimage out := d.ImageDisplayGetExportImage(7,clut)
result(" "+w+" "+h+" "+sum(blue(out)[0,0,1,1])+" "+sum(red(out)[0,2,1,3])+" "+sum(red(d.ImageDisplayGetInputColorTable())))
//> 0 128 255 256 1 255 255 32640
//# inverted, with gamma
image a := RealImage("a",4,2,1)
a = icol
imagedisplay d = a.ImageGetImageDisplay(0)
d.ImageDisplaySetContrastLimits(-1,1)
d.ImageDisplaySetGammaCorrection(2)
a.SetInversionMode(1)
image seen := CreateImageFromDisplay(a)
result(sum(green(seen)[0,0,1,1])+" "+sum(green(seen)[0,1,1,2])+" "+d.ImageDisplayGetGammaCorrection()+d.ImageDisplayIsColorTableInverted())
//> 191 0 21
//# what is set can be asked back
image a := RealImage("a",4,20,10)
imagedisplay d = a.ImageGetImageDisplay(0)
number x,y,t,l,b,r
d.ImageDisplayGetContrastParameters(x,y)
result(x+" "+y)
d.ImageDisplaySetContrastParameters(0.25,0.75)
d.ImageDisplayGetContrastParameters(x,y)
d.ImageDisplaySetCaptionOn(1)
d.ImageDisplaySetIntensityScaleBarOn(1)
a.SetSurveyTechnique(2)
d.ImageDisplayGetImageRectInView(t,l,b,r)
result(" "+x+" "+y+" "+d.ImageDisplayIsCaptionOn()+d.ImageDisplayIsIntensityScaleBarOn()+d.ImageDisplayGetSurveyTechnique()+d.ImageDisplayGetDoAutoSurvey())
result(" "+t+l+" "+b+" "+r)
d.ImageDisplayChangeDisplayType(4)
result(" "+d.ImageDisplayGetDisplayType())
//> 0.5 0.5 0.25 0.75 1121 00 10 20 4
//# a gradient of no colours
image t := COLUGradientColorCLUT(NewTagList()) //! 12 runtime error: a gradient of colours needs one colour or more
//# a colour that is none
taggroup list = NewTagList()
list.TagGroupInsertTagAsTagGroup(0, NewTagGroup())
image t := COLUGradientColorCLUT(list) //! 12 runtime error: a colour of a gradient needs the tags "Index" and "RGB"; got []
//# asking for a colour
//@ answer=colour=10 20 30
rgbnumber c
number ok = GetRGBColorDialog("Which colour?", rgb(1,2,3), c)
result(ok + " " + red(c) + " " + blue(c))
//> 1 10 30
