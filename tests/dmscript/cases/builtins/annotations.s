//# annotations on a display
image a := RealImage("a",4,100,50)
component disp = a.ImageGetImageDisplay(0)
component line = NewLineAnnotation(5,10,20,40)
component oval = NewOvalAnnotation(0,0,10,10)
disp.ComponentAddChildAtEnd(line)
disp.ComponentAddChildAtBeginning(oval)
result(disp.ComponentCountChildren()+" "+disp.ComponentCountChildrenOfType(6)+" "+disp.ComponentGetChild(0).ComponentGetType())
number x0,y0,x1,y1
result(" "+disp.ComponentGetNthChildOfType(2,0).ComponentGetControlPoint(4,x0,y0)+line.ComponentGetControlPoint(5,x1,y1))
result(" "+x0+" "+y0+" "+x1+" "+y1+" "+line.ComponentGetControlPoint(0,x0,y0)+"\n")
number t,l,b,r
line.ComponentSetControlPoint(5,2,1,0)
line.ComponentGetBoundingRect(t,l,b,r)
result(t+" "+l+" "+b+" "+r+" "+(line.ComponentGetID()!=oval.ComponentGetID()))
oval.ComponentRemoveFromParent()
result(" "+disp.ComponentCountChildren()+ComponentIsValid(disp.ComponentGetChildByID(oval.ComponentGetID())))
//> 2 1 6 11 10 5 40 20 0
//> 1 2 5 10 1 10
//# which display and document
image a := RealImage("a",4,10,10)
imagedisplay disp = a.ImageGetImageDisplay(0)
component group = NewGroupAnnotation(), box = NewBoxAnnotation(1,2,3,4)
group.ComponentAddChildAtEnd(box)
result(ComponentIsValid(box.ComponentGetParentImageDisplay()))
disp.ComponentAddChildAtEnd(group)
result(box.ComponentGetParentImageDisplay().ImageDisplayGetImage().GetName()+box.ComponentGetImageDocument().ImageDocumentGetName())
result(box.ComponentGetParentComponent().ComponentGetType()+" ")
imagedocument doc = a.ImageGetOrCreateImageDocument()
result(doc.ImageDocumentGetRootComponent().ComponentCountChildrenOfType(20)+" "+doc.ImageDocumentGetComponentByID(box.ComponentGetID()).ComponentGetType())
//> 0aa17 1 5
//# colours, fonts, modes
component c = NewTextAnnotation(5,7,"100 kV",16)
c.ComponentSetForegroundColor(1,0.5,0)
c.ComponentSetBackgroundColor(255,0,51)
number r,g,b
c.ComponentGetForegroundColor(r,g,b)
result(r+" "+g+" "+b)
c.ComponentGetBackgroundColor(r,g,b)
result(" "+r+" "+g+" "+b)
c.ComponentSetFontFaceName("Times")
string face
number bits, size
c.ComponentGetFontInfo(face,bits,size)
result(" "+face+bits+" "+size)
c.ComponentSetDrawingMode(1)
c.ComponentSetVisible(0)
c.ComponentSetSelected(1)
result(" "+c.ComponentGetDrawingMode()+c.ComponentGetFillMode()+c.ComponentGetVisible()+c.ComponentIsSelected()+c.ComponentGetSelectable())
c.TextAnnotationSetText("200 kV")
number x,y
c.TextAnnotationGetFixedPoint(x,y)
result(" "+c.TextAnnotationGetText()+" "+x+" "+y+" "+c.TextAnnotationGetAlignment())
//> 1 0.5 0 1 0 0.2 Times0 16 12011 200 kV 5 7 1
//# moved and stretched
component c = NewBoxAnnotation(0,0,10,20)
number t,l,b,r
c.ComponentPositionAroundPoint(50,40,0.5,1,1,1)
c.ComponentGetRect(t,l,b,r)
result(t+" "+l+" "+b+" "+r)
c.ComponentTransformCoordinates(1,2,0.5,2)
c.ComponentGetRect(t,l,b,r)
result(" "+t+" "+l+" "+b+" "+r)
component d = c.ComponentClone(1)
d.ComponentSetRect(0,0,1,1)
c.ComponentGetRect(t,l,b,r)
result(" "+r+" "+(c.ComponentGetID()==d.ComponentGetID()))
taggroup tags = NewTagGroup()
c.ComponentExternalizeProperties(tags)
tags.TagGroupGetTagAsNumber("Rectangle:Left",l)
result(" "+l)
//> 30 40 40 60 62 21 82 31 31 0 21
//# annotations by number
image a := RealImage("a",4,10,10)
number id = a.CreateLineAnnotation(1,2,3,4)
a.CreateTextAnnotation(0,0,"x")
number t,l,b,r
result(a.CountAnnotations()+" "+(a.GetNthAnnotationID(0)==id)+" "+a.AnnotationType(id)+a.IsAnnotationSelected(id))
a.SetAnnotationRect(id,5,6,7,8)
a.GetAnnotationRect(id,t,l,b,r)
result(" "+t+l+b+r)
a.DeleteAnnotation(id)
result(" "+a.CountAnnotations()+a.GetNthAnnotationID(3))
a.DeleteAnnotation(id) //! 3 runtime error: image 'a' has no annotation with id...
//> 2 1 20 5678 10
//# a scale bar
image a := RealImage("a",4,100,100)
imagedisplay d = a.ImageGetImageDisplay(0)
d.ApplyDataBar()
d.ApplyDataBar(0)
d.ComponentAddChildAtEnd(NewComponent(31,80,10,90,40))
result(d.ComponentCountChildrenOfType(31))
//> 2
//# an annotation that is not there
image a := RealImage("a",4,10,10)
component disp = a.ImageGetImageDisplay(0)
component c = disp.ComponentGetNthChildOfType(5,0) //! 20 runtime error: there is no annotation of type 5 with index 0; there are 0
//# into itself
component g = NewGroupAnnotation()
g.ComponentAddChildAtEnd(g) //! 3 runtime error: an annotation cannot be put into itself
//# not valid
component c
ComponentSetVisible(c, 1) //! 1 runtime error: this annotation is not valid; got NULL; expected one that is there
//# a box has no text
TextAnnotationSetText(NewBoxAnnotation(0,0,1,1), "x") //! 1 runtime error: this annotation is no text; its type is 5, not 13
