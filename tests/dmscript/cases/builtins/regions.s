//# circles, ovals, polygons and their corners
roi c = NewROI()
c.ROISetCircle(10, 20, 5)
number x,y,rad
c.ROIGetCircle(x,y,rad)
result(c.ROIIsCircle()+" "+x+" "+y+" "+rad+" "+c.ROIContainsPoint(13,24)+c.ROIContainsPoint(15,25))
roi p = NewROI()
p.ROIAddVertex(0,0)
p.ROIAddVertex(10,0)
p.ROIAddVertex(0,10)
p.ROIGetVertex(1,x,y)
number t,l,b,r
p.ROIGetRectangle(t,l,b,r)
result(" "+p.ROICountVertices()+" "+x+y+" "+p.ROIContainsPoint(2,2)+p.ROIContainsPoint(8,8)+" "+t+l+" "+b+" "+r)
roi q = NewROI()
q.ROISetRectangle(1,2,3,4)
q.ROIGetVertex(2,x,y)
result(" "+q.ROICountVertices()+" "+x+y+" "+q.ROIIsRectangle()+q.ROIIsOval())
//> 1 10 20 5 10 3 100 10 00 10 10 4 43 10
//# a point selects its pixel
image a := RealImage("a",4,10,6)
a = icol+10*irow
roi p = NewROI()
p.ROISetPoint(7,2)
a.ImageGetImageDisplay(0).ImageDisplayAddROI(p)
result(sum(a[]))
//> 27
//# names, primary, lists
image a := RealImage("a",4,10,6)
imagedisplay d = a.ImageGetImageDisplay(0)
roi p = NewROI(), q = NewROI()
p.ROISetName("first")
q.ROISetName("second")
d.ImageDisplayAddROI(p)
d.ImageDisplayAddROIAtBeginning(q)
d.ImageDisplaySetROISelected(p,1)
result(d.ImageDisplayLookupROI("first").ROIGetID()==p.ROIGetID())
result(" "+ROIIsValid(d.ImageDisplayLookupROI("third"))+d.ImageDisplayGetPrimaryROI().ROIGetName()+GetROIFromID(q.ROIGetID()).ROIGetName())
foreach(roi r; d.ImageDisplayGetROIs()) result(" "+r.ROIGetName())
d.ImageDisplayDeleteROI(q)
result(" "+ROIIsValid(GetROIFromID(q.ROIGetID())))
//> 1 0firstsecond second first 0
//# a mask of regions
image mask := BinaryImage("mask",6,4)
image a := RealImage("a",4,6,4)
roi p = NewROI()
p.ROISetRectangle(1,1,3,4)
imagedisplay d = a.ImageGetImageDisplay(0)
d.ImageDisplayAddROI(p)
d.ImageDisplayAccumulateROIsToMask(mask,0,0,4,6,1)
result(sum(mask))
//> 6
//# what is set can be asked back
roi r = NewROI()
r.ROISetMoveable(0)
r.ROISetColor(0,255,51)
r.ROISetFillProperties(1,0,0,0.5)
r.ROISetIsClosed(0)
string label
r.ROISetLabel("edge")
r.ROIGetLabel(label)
number red, green, blue
r.ROIGetColor(red, green, blue)
result(r.ROIGetMoveable()+r.ROIGetResizable()+r.ROIGetDeletable()+r.ROIIsClosed()+" "+red+green+" "+blue+label)
//> 2 01 0.2edge
//# a corner that is not there
roi r = NewROI()
number x,y
r.ROISetLine(1,2,3,4)
r.ROIGetVertex(2,x,y) //! 3 runtime error: the region has no corner 2; it has 2
//# a line is no rectangle
roi r = NewROI()
number t,l,b,q
r.ROISetLine(1,2,3,4)
r.ROIGetRectangle(t,l,b,q) //! 3 runtime error: the region is a line, not a rectangle
