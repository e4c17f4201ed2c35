//# a script runs another, with variables of its own
number a = 1
number left = ExecuteScriptString("number a = 7\nresult(a+\" \")\nexit(3)")
result(a + " " + left + " " + ExecuteScriptString("result(\"x\")"))
//> 7 x1 3 0
//# it sees the same images
image img := RealImage("a",4,2,2)
img.ShowImage()
ExecuteScriptString("image front := GetFrontImage()\nfront = 5")
result(sum(img))
//> 20
//# its error can be caught
try { ExecuteScriptString("throw(\"inside\")") } catch { result(GetExceptionString()); break }
//> inside
//# a file outside the folders
ExecuteScriptFile("/none/x.s") //! 1 runtime error: file '/none/x.s' lies outside the folders...
//# Python is not run
ExecutePythonScriptString("print(1)", 0) //! 1 not implemented: ExecutePythonScriptString...
