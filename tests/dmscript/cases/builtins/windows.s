//# windows of images
image a := RealImage("a",4,2,2)
image b := RealImage("b",4,2,2)
ShowImage(a)
ShowImage(b)
documentwindow w = GetDocumentWindow(1)
w.WindowSetFramePosition(30, 40)
w.WindowSetFrameSize(200, 100)
number t,l,bottom,r
w.WindowGetFrameBounds(t,l,bottom,r)
result(w.WindowGetTitle()+" "+t+" "+l+" "+bottom+" "+r+" "+CountDocumentWindowsOfType(5)+" "+w.WindowGetType())
w.WindowSelect()
result(" "+GetFrontImage().GetName()+w.WindowIsShown())
w.WindowClose(0)
result(" "+w.WindowIsOpen()+CountDocumentWindows()+WindowIsValid(GetDocumentWindowByTitle("a")))
//> a 40 30 140 230 2 5 a1 010
//# a window that is not there
documentwindow w = GetDocumentWindow(0) //! 20 runtime error: there is no document 0; 0 are shown
//# windows of text
documentwindow w = NewScriptWindow("notes", 10, 20, 300, 400)
w.EditorWindowAddText("line 1\n")
w.EditorWindowAddText("line 2")
number width, height
w.WindowGetContentSize(width, height)
result(w.EditorWindowGetText()+" "+width+" "+height+" "+CountDocumentWindowsOfType(4)+" "+w.WindowGetType())
w.EditorWindowSetText("")
result(w.EditorWindowGetText()+ImageDocumentIsValid(w.ImageWindowGetImageDocument()))
//> line 1
//> line 2 380 290 1 40
//# an image has no text
image a := RealImage("a",4,2,2)
a.ShowImage()
GetDocumentWindow(0).EditorWindowAddText("x") //! 22 runtime error: this window holds no text...
//# where a picture lies in its window
image a := RealImage("a",4,20,10)
a.ShowImage()
a.SetImagePositionWithinWindow(7, 5)
a.SetWindowBounds(1,2,33,44)
number t,l,b,r
ComponentGetRect(a.ImageGetImageDisplay(0),t,l,b,r)
number x,y
a.GetWindowSize(x,y)
result(t+" "+l+" "+b+" "+r+" "+x+" "+y)
//> 5 7 15 27 42 32
//# documents of several images
imagedocument d = CreateImageDocument("results")
image a := RealImage("a",4,8)
image b := RealImage("b",4,8)
d.ImageDocumentAddImageDisplay(a, 3)
d.ImageDocumentAddImageDisplay(b, 3)
d.ImageDocumentShow()
result(d.ImageDocumentCountImages()+" "+d.ImageDocumentGetImage(1).GetName()+" "+d.ImageDocumentGetRootImage().GetName())
result(" "+a.ImageGetImageDisplay(0).ImageDisplayGetDisplayType()+" "+GetImageDocumentByID(d.ImageDocumentGetID()).ImageDocumentGetName())
imagedocument copy = d.ImageDocumentClone(1)
copy.ImageDocumentGetImage(0).SetName("copied")
result(" "+copy.ImageDocumentGetName()+" "+a.GetName()+" "+d.ImageDocumentIsDirty())
d.ImageDocumentClean()
result(d.ImageDocumentIsDirty())
//> 2 b a 4 a copied a 10
//# an empty document
imagedocument d = CreateImageDocument("results")
result(d.ImageDocumentGetName()+d.ImageDocumentCountImages())
d.ImageDocumentShow() //! 3 runtime error: document 'results' holds no image to show
//> results0
//# all displays on the screen
image a := RealImage("a",4,2,2), b := RealImage("b",4,2,2)
a.ShowImage()
b.ShowImage()
imagedocument doc
imagedisplay d = GetNthImageDisplay(1,doc)
result(CountImageDisplays()+d.ImageDisplayGetImage().GetName()+doc.ImageDocumentGetName()+ImageDisplayIsValid(GetNthImageDisplay(2)))
imagedocument none = ImageDocumentNullify(doc)
result(" "+none.ImageDocumentIsValid()+doc.ImageDocumentIsValid())
//> 2aa0 01
