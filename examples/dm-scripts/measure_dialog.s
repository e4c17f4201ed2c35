// A dialog that marks a part of the front image and measures it, as a script for DigitalMicrograph would.
// Without a screen: temstack script run measure_dialog.s --image series.dm4 --answer size=8 --answer measure=press

class MeasureDialog : UIFrame
{
	image img
	roi area
	imagedisplay disp

	void Mark(object self, number size)
	{
		number w, h
		img.GetSize(w, h)
		area.ROISetRectangle(h/2 - size/2, w/2 - size/2, h/2 + size/2, w/2 + size/2)
		area.ROISetLabel(size + " px")
	}

	// Called when the field changes; the element itself is handed over.
	void SizeChanged(object self, taggroup field) { self.Mark(field.DLGGetValue()) }

	void Measure(object self)
	{
		string title
		self.DLGGetValue("title", title)
		result(title + ": mean " + format(mean(img[]), "%.1f") + "\n")
		self.LookUpElement("state").DLGTitle("measured")
		self.SetElementIsEnabled("measure", 0)
	}

	taggroup Elements(object self)
	{
		taggroup items, inside
		taggroup dialog = DLGCreateDialog("Measure", items)
		taggroup box = DLGCreateBox("Area", inside).DLGFill("X")
		inside.DLGAddElement(DLGCreateLabel("Size (px):"))
		inside.DLGAddElement(DLGCreateIntegerField(16, 6, "SizeChanged").DLGIdentifier("size"))
		items.DLGAddElement(box.DLGTableLayout(2, 1, 0))
		items.DLGAddElement(DLGCreateStringField("middle", 20).DLGIdentifier("title"))
		items.DLGAddElement(DLGCreateLabel("not yet").DLGIdentifier("state"))
		items.DLGAddElement(DLGCreatePushButton("Measure", "Measure").DLGIdentifier("measure"))
		return dialog
	}

	object Start(object self, image front)
	{
		img := front
		disp = img.ImageGetImageDisplay(0)
		area = NewROI()
		self.Mark(16)
		disp.ImageDisplayAddROI(area)
		self.super.Init(self.Elements())
		return self
	}
}

image plane := GetFrontImage().slice2(0, 0, 0, 0, GetFrontImage().ImageGetDimensionSize(0), 1, 1, GetFrontImage().ImageGetDimensionSize(1), 1).ImageClone()
plane.SetName("first plane")
plane.ShowImage()
alloc(MeasureDialog).Start(plane).Display("Measure")
