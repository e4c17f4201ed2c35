//# a list of objects
class A { number n
  object init(object self, number x) { n = x; return self }
  number get(object self) { return n } }
object list = alloc(ObjectList)
list.AddObjectToList(alloc(A).init(1))
list.AddObjectToList(alloc(A).init(2))
result(list.SizeOfList()+" "+list.ObjectAt(1).get())
//> 2 2
//# an object by its id
class A { number get(object self) { return 4 } }
object a = alloc(A)
result(GetScriptObjectFromID(a.ScriptObjectGetID()).get()+" "+ScriptObjectIsValid(GetScriptObjectFromID(-1)))
//> 4 0
//# whether a function is there
result(DoesFunctionExist("GetFrontImage")+DoesFunctionExist("NoSuchThing"))
//> 1
