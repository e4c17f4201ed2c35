//# without an answer the suggestion counts
number n
result(GetNumber("Exposure",0.25,n)+" "+n)
//> 1 0.25
//# text
string s
result(GetString("Name","sample",s)+" "+s)
//> 1 sample
//# buttons
result(OKCancelDialog("Go on?")+" "+TwoButtonDialog("Which?","this","that")+" "+ContinueCancelDialog("Sure?"))
//> 1 1 1
//# a path that nobody gives
string path = "unchanged"
result(OpenDialog(path)+" "+SaveAsDialog("Save","a.dm3",path)+" "+path)
//> 0 0 unchanged
//# messages
OKDialog("done")
ShowAlert("careful",1)
//> done
//> careful
//# keys are up
result(ShiftDown()+OptionDown()+ControlDown()+SpaceDown())
//> 0
//# images are the front ones
image a := RealImage("a",4,2,2)
image b := RealImage("b",4,2,2)
ShowImage(a)
ShowImage(b)
image x, y
result(GetTwoImagesWithPrompt("Choose","title",x,y)+x.GetName()+y.GetName())
//> 1ba
//# images asked for by what they are
image a := RealImage("first",4,2,2), b := RealImage("second",4,2,2)
a.ShowImage()
b.ShowImage()
image pre, post
result(GetTwoLabeledImagesWithPrompt("Choose","Jump ratio","Pre",pre,"Post",post)+" ")
result(pre.GetName()+" "+post.GetName())
//> 1 second first
