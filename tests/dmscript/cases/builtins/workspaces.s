//# workspaces
number first = WorkspaceGetActive()
number id = WorkspaceAdd(WorkspaceGetIndex(first)+1)
WorkspaceSetActive(id)
WorkspaceSetName(id, "series")
result(WorkspaceGetCount()+" "+WorkspaceGetName(WorkspaceGetActive())+" "+WorkspaceGetIndex(id)+" "+WorkspaceGetIndex(-5)+" "+(WorkspaceGetID(0)==first))
image a := RealImage("a",4,4,4), b := RealImage("b",4,4,4)
a.ShowImage()
b.ShowImage()
WorkspaceArrange(id,0,0)
number x,y
b.GetWindowPosition(x,y)
result(" "+x+" "+y+" "+CountImageDocuments(id)+GetImageDocument(0,id).ImageDocumentGetName())
//> 2 series 1 -1 1 512 0 2b
//# a workspace that is not there
WorkspaceSetActive(-1) //! 1 runtime error: there is no workspace with id -1
