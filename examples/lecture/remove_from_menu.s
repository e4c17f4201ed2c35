// Lecture "3-dimensional images", slide "Adding new functions to DM menu": deletes again what add_to_menu.s has added.
// Spelling corrected: none. Completed: all of the code.
// Run: temstack script run remove_from_menu.s

RemoveScriptFromMenu("Create a stack", "Lecture", "")
result("Lecture > Create a stack is no longer in the menu\n")
