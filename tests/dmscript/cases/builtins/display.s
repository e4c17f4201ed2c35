//# the front image
image a := RealImage("a",4,2,2)
image b := RealImage("b",4,2,2)
ShowImage(a)
ShowImage(b)
result(GetFrontImage().GetName()+" ")
ShowImage(a)
result(GetFrontImage().GetName()+" "+FindNextImage(a).GetName()+" "+CountImageDocuments())
//> b a b 2
//# no front image
image a
result(GetFrontImage(a))
result(GetFrontImage().GetName()) //! 8 runtime error: there is no front image; show one, or give the run an image to start with
//> 0
//# closed
image a := RealImage("a",4,2,2)
a.ShowImage()
a.CloseImage()
result(CountImageDocuments()+" "+ImageIsValid(a))
//> 0 1
//# a selection is what empty brackets mean
image a := RealImage("a",4,10,10)
a.SetSelection(1,2,4,8)
a[] = 1
number t,l,b,r
result(sum(a)+" "+a.GetSelection(t,l,b,r)+" "+t+l+b+r)
//> 18 1 1248
//# without a selection all of the image
image a := RealImage("a",4,10,10)
number t,l,b,r
result(a.GetSelection(t,l,b,r)+" "+t+" "+l+" "+b+" "+r)
//> 0 0 0 10 10
//# regions on a display
image a := RealImage("a",4,10,10)
imagedisplay d = a.ImageGetImageDisplay(0)
roi r = NewROI()
r.ROISetRectangle(0,0,5,5)
r.ROISetLabel("here")
d.ImageDisplayAddROI(r)
number t,l,b,q
d.ImageDisplayGetROI(0).ROIGetRectangle(t,l,b,q)
result(d.ImageDisplayCountROIs()+" "+b+" "+r.ROIGetLabel()+" "+r.ROIIsRectangle()+r.ROIIsLine())
d.ImageDisplayDeleteROI(r)
result(d.ImageDisplayCountROIs())
//> 1 5 here 100
//# a region of another kind
roi r = NewROI()
r.ROISetPoint(1,2)
number t,l,b,q
r.ROIGetRectangle(t,l,b,q) //! 3 runtime error: the region is a point, not a rectangle
//# a display that is not there
image a := RealImage("a",4,10,10)
imagedisplay d = a.ImageGetImageDisplay(1) //! 20 runtime error: image 'a' has no display 1; it has 1
//# contrast limits
image a := RealImage("a",4,10,10)
imagedisplay d = a.ImageGetImageDisplay(0)
d.ImageDisplaySetContrastLimits(-1,5)
number low, high
d.ImageDisplayGetContrastLimits(low,high)
result(low+" "+high)
//> -1 5
//# documents and windows
image a := RealImage("a",4,10,10)
a.ShowImage()
imagedocument d = a.ImageGetOrCreateImageDocument()
a.SetWindowPosition(30,40)
number x,y
a.GetWindowPosition(x,y)
result(d.ImageDocumentGetName()+" "+d.ImageDocumentGetImage(0).ImageGetID()/a.ImageGetID()+" "+x+" "+y)
//> a 1 30 40
