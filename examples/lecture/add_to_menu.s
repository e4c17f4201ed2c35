// Lecture "3-dimensional images", slide "Adding new functions to DM menu": a user script in the menu, for good or until
// it is deleted, with menu name, command name and, if needed, a sub-menu.
// Spelling corrected: none. Completed: all of the code; the slide shows the dialogs of DM.
// Run: temstack script run add_to_menu.s     then: temstack script menu

string script = "RealImage stack := Integerimage(\"stack\",1,1,100,100,5)\n"
script += "stack[] = irow+icol*iplane\n"
script += "showimage(stack)\n"

// script, command name, menu name, sub-menu (empty, if not needed), library
AddScriptToMenu(script, "Create a stack", "Lecture", "", 0)
result("Lecture > Create a stack is in the menu\n")
