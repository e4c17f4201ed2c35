//# regions are heard
class Hearer
{
	number heard
	void Changed(object self, number flags, imagedisplay d, number a, number b, roi r)
	{
		number t,l,bottom,right
		r.ROIGetRectangle(t,l,bottom,right)
		heard++
		result(heard+" "+d.ImageDisplayGetImage().GetName()+" "+bottom+"; ")
		r.ROISetRectangle(0,0,99,99)
	}
	void Gone(object self, number flags, imagedisplay d, number a, number b, roi r) { result("gone") }
	~Hearer(object self) { result(" end") }
}
image a := RealImage("a",4,10,10)
imagedisplay d = a.ImageGetImageDisplay(0)
object hearer = alloc(Hearer)
number one = d.ImageDisplayAddEventListener(hearer, "roi_changed,roi_added:Changed")
number two = d.ImageDisplayAddEventListener(hearer, "roi_removed:Gone")
roi r = NewROI()
r.ROISetRectangle(0,0,1,1)
d.ImageDisplayAddROI(r)
r.ROISetRectangle(0,0,5,5)
d.ImageDisplayRemoveEventListener(one)
r.ROISetRectangle(0,0,6,6)
d.ImageDisplayDeleteROI(r)
//> 1 a 1; 2 a 5; gone end
//# pixels and images are heard
class Hearer
{
	void Data(object self, number flags, image img)
	{
		string names
		ImageGetEventMap().DeconstructEventFlags(flags, names)
		result(names+" "+sum(img)+"; ")
	}
	void Order(object self, number flags, object application) { result("order; ") }
}
image a := RealImage("a",4,2,2)
object hearer = alloc(Hearer)
number token = a.ImageAddEventListener(hearer, "data_value_changed:Data")
number app = ApplicationAddEventListener(hearer, "image_order_changed:Order")
a = 1
a.UpdateImage()
a.ImageRemoveEventListener(token)
a.UpdateImage()
a.ShowImage()
ApplicationRemoveEventListener(app)
a.CloseImage()
//> data_value_changed 4; order; 
//# windows are heard
class Hearer { void Closed(object self, number flags, documentwindow w) { result("closed "+w.WindowGetTitle()) } }
image a := RealImage("a",4,2,2)
a.ShowImage()
documentwindow w = GetDocumentWindow(0)
object hearer = alloc(Hearer)
WindowAddWindowListener(w, hearer, "window_closed:Closed")
w.WindowClose(0)
//> closed a
//# keys are pressed by answers
//@ answer=key=a
//@ answer=key=esc
class Keys
{
	number token
	number OnKey(object self, imagedisplay d, object key)
	{
		result(key.GetDescription()+" ")
		if (key.MatchesKeyDescriptor("esc")) d.ImageDisplayRemoveKeyHandler(token)
		return 1
	}
	void start(object self, imagedisplay d) { token = d.ImageDisplayAddKeyHandler(self, "OnKey") }
	~Keys(object self) { result("end") }
}
image a := RealImage("a",4,2,2)
alloc(Keys).start(a.ImageGetImageDisplay(0))
result("main ")
//> main a esc end
//# a map without a method
class H { number n }
image a := RealImage("a",4,2,2)
a.ImageAddEventListener(alloc(H), "data_changed") //! 3 runtime error: the map of a listener names no method; got 'data_changed'; expected "event,event:method"
