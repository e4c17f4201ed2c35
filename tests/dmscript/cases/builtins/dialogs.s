//# the tree is printed, and Pose returns
taggroup items
taggroup d = DLGCreateDialog("Settings", items)
items.DLGAddElement(DLGCreateLabel("Exposure (s):"))
items.DLGAddElement(DLGCreateRealField(0.5, 8, 3).DLGIdentifier("exposure").DLGAnchor("West"))
items.DLGAddElement(DLGCreateCheckBox("Save", 1).DLGIdentifier("save"))
object frame = alloc(UIFrame).Init(d)
result(frame.Pose())
//> dialog "Settings"
//>     label "Exposure (s):"
//>     number [exposure] = 0.5
//>     check box "Save" [save] = 1
//> 1
//# answers by identifier, by label, and cancel
//@ answer=exposure=0.25
//@ answer=Save=no
//@ answer=Settings=cancel
taggroup items
taggroup d = DLGCreateDialog("Settings", items)
items.DLGAddElement(DLGCreateRealField(0.5).DLGIdentifier("exposure"))
taggroup save = DLGCreateCheckBox("Save", 1)
items.DLGAddElement(save)
object frame = alloc(UIFrame).Init(d)
number posed = frame.Pose(), t
result(posed + " " + frame.DLGGetValue("exposure", t) + " " + t + " " + save.DLGGetValue())
//> dialog "Settings"
//>     number [exposure] = 0.5
//>     check box "Save" = 1
//> 0 1 0.25 0
//# a dialog beside the script is used when the script is over
//@ answer=name=gold
//@ answer=go=press
class D : UIFrame
{
	number turns
	void OnName(object self, taggroup field) { result("name " + field.DLGGetStringValue() + "\n") }
	void OnGo(object self)
	{
		turns++
		string name
		self.DLGGetValue("name", name)
		result("go " + turns + " " + name + "\n")
		self.SetElementIsEnabled("go", 0)
		self.LookUpElement("state").DLGTitle("busy")
		result(self.GetElementIsEnabled("go") + self.LookUpElement("state").DLGGetTitle() + "\n")
	}
	D(object self)
	{
		taggroup items, d = DLGCreateDialog("D", items)
		items.DLGAddElement(DLGCreateStringField("", 10, "OnName").DLGIdentifier("name"))
		items.DLGAddElement(DLGCreateLabel("idle").DLGIdentifier("state"))
		items.DLGAddElement(DLGCreatePushButton("Go", "OnGo").DLGIdentifier("go"))
		self.super.init(d)
	}
	void AboutToCloseDocument(object self, number verify) { result("closing\n") }
	~D(object self) { result("gone\n") }
}
alloc(D).Display("Record")
result("script over\n")
//> dialog "Record"
//>     text [name] = "" → OnName
//>     label "idle" [state]
//>     button "Go" [go] → OnGo
//> script over
//> name gold
//> go 1 gold
//> 0busy
//> closing
//> gone
//# several answers come in rounds
//@ answer=x=1
//@ answer=x=2
//@ answer=add=press
//@ answer=add=press
class Adder : UIFrame
{
	number total
	void OnAdd(object self) { number x; self.DLGGetValue("x", x); total += x; result(total + " ") }
	object init(object self)
	{
		taggroup d = DLGCreateDialog("Add")
		d.DLGAddElement(DLGCreateIntegerField(0, 5).DLGIdentifier("x"))
		d.DLGAddElement(DLGCreatePushButton("+", "OnAdd").DLGIdentifier("add"))
		self.super.init(d)
		return self
	}
}
alloc(Adder).init().Display("Add")
//> dialog "Add"
//>     whole number [x] = 0
//>     button "+" [add] → OnAdd
//> 1 3 
//# fields with labels
taggroup f, d = DLGCreateDialog("Labels")
d.DLGAddElement(DLGCreateIntegerField("Frames", f, 5, 4))
d.DLGAddElement(DLGCreateRealField("Scale", f, 0.4, 8, 3))
f.DLGValue(0.75)
alloc(UIFrame).Init(d).Pose()
result(f.DLGGetType() + f.DLGGetValue())
//> dialog "Labels"
//>     group
//>         label "Frames"
//>         whole number = 5
//>     group
//>         label "Scale"
//>         number = 0.75
//> RealField0.75
//# groups, panels, tabs, pictures
image icon := RGBImage("icon", 4, 8, 8)
taggroup panels = DLGCreatePanelList().DLGIdentifier("panels")
taggroup inside, panel = DLGCreatePanel(inside)
inside.DLGAddElement(DLGCreateBevelButton(icon, icon, "OnIcon").DLGIdentifier("icon"))
panels.DLGAddPanel(panel)
taggroup tabs = DLGCreateTabList(1)
tabs.DLGAddTab(DLGCreateTab("First"))
tabs.DLGAddTab("Second").DLGAddElement(DLGCreateProgressBar("bar"))
taggroup d = DLGCreateDialog("All").DLGTableLayout(1, 2, 0)
d.DLGAddElement(panels)
d.DLGAddElement(DLGGroupItems(tabs, DLGCreateLabel("beside", 10)).DLGExternalPadding(1, 2).DLGInternalPadding(1, 2, 3, 4))
object frame = alloc(UIFrame).Init(d)
frame.DLGSetProgress("bar", 2)
frame.Pose()
//> dialog "All"
//>     panels [panels] = 0
//>         panel
//>             button [icon] → OnIcon
//>     group
//>         tabs = 1
//>             tab "First"
//>             tab "Second"
//>                 progress [bar] = 1
//>         label "beside"
//# the position of a dialog
taggroup p = DLGBuildPositionFromApplication()
p.TagGroupSetTagAsTagGroup("Width", DLGBuildAutoSize())
p.TagGroupSetTagAsTagGroup("X", DLGBuildRelativePosition("Inside", 1))
p.TagGroupSetTagAsString("Height", "Medium")
taggroup d = DLGCreateDialog("P").DLGPosition(p)
string where
d.TagGroupGetTagAsString("Position:X:Where", where)
result(where + " " + DLGGetType(d) + DLGCountElements(d))
//> Inside Dialog0
//# a value that is no number
//@ answer=t=soon
taggroup d = DLGCreateDialog("D")
d.DLGAddElement(DLGCreateRealField(1).DLGIdentifier("t"))
alloc(UIFrame).Init(d).Pose() //! 24 runtime error: the answer to element 't' of a dialog means nothing; got 'soon'; expected a number
//> dialog "D"
//>     number [t] = 1
//# a button whose method is missing
//@ answer=go=press
class D : UIFrame
{
	D(object self)
	{
		taggroup d = DLGCreateDialog("D")
		d.DLGAddElement(DLGCreatePushButton("Go", "Nowhere").DLGIdentifier("go"))
		self.init(d)
	}
}
number n = alloc(D).Pose() //! 21 runtime error: class 'D' has no method 'Nowhere', which an element of its dialog names
//> dialog "D"
//>     button "Go" [go] → Nowhere
//# an error in a callback is placed where it happens
//@ answer=go=press
class D : UIFrame
{
	void Go(object self) { throw("no beam") } //! 25 thrown: no beam
	D(object self)
	{
		taggroup d = DLGCreateDialog("D")
		d.DLGAddElement(DLGCreatePushButton("Go", "Go").DLGIdentifier("go"))
		self.init(d)
	}
}
alloc(D).Display("D")
//> dialog "D"
//>     button "Go" [go] → Go
//# a dialog that was not made
class D : UIFrame { number n }
object d = alloc(D)
d.Display("D") //! 3 runtime error: <object of class D> has no dialog yet; call Init with what DLGCreateDialog made
//# a disabled element cannot be used
//@ answer=go=press
taggroup d = DLGCreateDialog("D")
d.DLGAddElement(DLGCreatePushButton("Go", "Go").DLGIdentifier("go").DLGEnabled(0))
alloc(UIFrame).Init(d).Pose() //! 24 runtime error: element 'go' of the dialog is disabled, and cannot be used
//> dialog "D"
//>     button "Go" [go] → Go (disabled)
//# looking up what is not there
taggroup d = DLGCreateDialog("D")
object frame = alloc(UIFrame).Init(d)
number t = 7
result(TagGroupIsValid(frame.LookUpElement("none")) + " " + frame.DLGGetValue("none", t) + " " + t)
frame.SetElementIsEnabled("none", 1)
//> 0 0 7
//# closing and palettes
class P : UIFrame
{
	P(object self) { self.init(DLGCreateDialog("P")) }
	void AboutToCloseDocument(object self) { result("closing ") }
}
object p = alloc(P)
number token = RegisterScriptPalette(p, "", "Tools")
result(p.IsDisplayed() + p.GetFrameWindow().WindowGetTitle() + " ")
UnregisterScriptPalette(token)
result(p.IsDisplayed())
//> dialog "Tools"
//> 1Tools closing 0
//# a palette that is not there
UnregisterScriptPalette(99) //! 1 runtime error: there is no palette 99
//# a thread that works until its dialog is closed comes to its end
//@ answer=go=press
class Worker : Thread
{
	object dialog
	void Use(object self, object d) { dialog = d }
	void RunThread(object self)
	{
		while (dialog.IsDisplayed()) sleep(0.01)
		dialog = NULL
		result("worker ended\n")
	}
}
class D : UIFrame
{
	object worker
	void Go(object self) { worker = alloc(Worker); worker.Use(self); worker.StartThread() }
	D(object self)
	{
		taggroup d = DLGCreateDialog("D")
		d.DLGAddElement(DLGCreatePushButton("Go", "Go").DLGIdentifier("go"))
		self.init(d)
	}
}
alloc(D).Display("D")
//> dialog "D"
//>     button "Go" [go] → Go
//> worker ended
