//# a script is added to the menu, chosen, renamed, and removed
string script = "result(\"I run \")\nnumber a = 5\nexit(a)"
AddScriptToMenu(script, "Say", "TEM", "Series", 0)
result(ChooseMenuItem("TEM", "Series", "Say") + ChooseMenuItem("TEM", "", "Say") + " ")
AdjustScriptMenuItem("Say", "TEM", "Series", "Tell", 1, 0, "", -1)
result(ChooseMenuItem("TEM", "Series", "Tell") + ChooseMenuItem("TEM", "Series", "Say") + " ")
RemoveScriptFromMenu("Tell", "TEM", "Series")
RemoveScriptFromMenu("Tell", "TEM", "Series")
result(ChooseMenuItem("TEM", "Series", "Tell"))
//> I run 1 I run 1 0
//# packages and libraries
AddScriptToPackage("result(1)", "mine", 3, "One", "TEM", "", 0)
AddScriptToPackage("void f() { result(2) }", "mine", 3, "Two", "", "", 1)
result(ChooseMenuItem("TEM", "", "One") + " " + ChooseMenuItem("", "", "Two"))
//> 11 0
//# a script without a name
AddScriptToMenu("result(1)", "", "TEM", "", 0) //! 1 runtime error: a script of the menu needs a name; got ''
//# a name that is not there
AdjustScriptMenuItem("a", "b", "", "c", 1, 0, "", -1) //! 1 runtime error: the menu has no script 'b › a'
