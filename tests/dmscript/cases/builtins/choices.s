//# popups count from 1, choices from 0
taggroup items, popup = DLGCreatePopup(items, 2, "OnChange")
items.DLGAddPopupItemEntry("one")
items.DLGAddPopupItemEntry("two", 1)
taggroup choice = DLGCreateChoice(0).DLGIdentifier("c")
choice.DLGAddChoiceItemEntry("first")
choice.DLGAddChoiceItemEntry("second")
string label
result(popup.DLGGetValue() + " " + choice.DLGGetValue() + " " + popup.DLGGetNthLabel(1, label) + label)
result(" " + popup.DLGGetNthLabel(2, label) + " " + DLGGetValue(DLGCreatePopup()))
//> 2 0 1two 0 1
//# chosen by label or by value
//@ answer=bin=4 x 4
//@ answer=mode=fast
//@ answer=radio=by 8
//@ answer=list=1
taggroup d = DLGCreateDialog("D")
taggroup bin = DLGCreatePopup(1).DLGIdentifier("bin")
bin.DLGAddPopupItemEntry("1 x 1")
bin.DLGAddPopupItemEntry("4 x 4")
taggroup modes, mode = DLGCreateChoice(modes, 1).DLGIdentifier("mode")
modes.DLGAddPopupItemEntry("fast")
modes.DLGAddPopupItemEntry("fine")
taggroup radioItems, radio = DLGCreateRadioList(radioItems, 2).DLGIdentifier("radio")
radioItems.DLGAddRadioItem("by 2", 2).DLGSide("Left")
radioItems.DLGAddElement(DLGCreateRadioItem("by 8", 8))
taggroup list = DLGCreateList(20, 5).DLGIdentifier("list")
list.DLGAddListItem("a", 0)
list.DLGAddListItem("b", 1)
d.DLGAddElement(DLGGroupItems(bin, mode, radio, list))
alloc(UIFrame).Init(d).Pose()
result(bin.DLGGetValue() + " " + mode.DLGGetValue() + " " + radio.DLGGetValue() + " " + list.DLGGetValue())
//> dialog "D"
//>     group
//>         choice [bin] = 1 (1 1 x 1 | 2 4 x 4)
//>         choice [mode] = 1 (0 fast | 1 fine)
//>         choice [radio] = 2 (2 by 2 | 8 by 8)
//>         list [list] = 0 (0 a | 1 b)
//> 2 0 8 1
//# a choice that is not there
//@ answer=bin=3
taggroup d = DLGCreateDialog("D")
taggroup bin = DLGCreatePopup(1).DLGIdentifier("bin")
bin.DLGAddPopupItemEntry("1 x 1")
d.DLGAddElement(bin)
alloc(UIFrame).Init(d).Pose() //! 24 runtime error: element 'bin' has no such choice; got '3'; expected one of 1 (1 x 1)
//> dialog "D"
//>     choice [bin] = 1 (1 1 x 1)
//# the value of an element is a tag too
taggroup scale = DLGCreatePopup(1)
scale.DLGAddPopupItemEntry("a")
scale.TagGroupSetTagAsNumber("Value", 1)
taggroup items
scale.TagGroupGetTagAsTagGroup("Items", items)
result(items.TagGroupCountTags() + " " + scale.DLGGetValue())
items.DLGRemoveAllItems()
result(" " + items.TagGroupCountTags())
//> 1 1 0
