//# members and methods
class Counter { number n
  void add(object self, number x) { n += x }
  number get(object self) { return n }
}
object c = alloc(Counter)
c.add(2); c.add(3)
result(c.get())
//> 5
//# a constructor
class A { number n
  A(object self) { n = 7 }
  number get(object self) { return n } }
result(alloc(A).get())
//> 7
//# a destructor runs when the last variable lets go
class A { ~A(object self) { result("gone ") } }
object a = alloc(A)
object b = a
a = NULL
result("still ")
b = NULL
result("end")
//> still gone end
//# a destructor runs at the end of a function
class A { ~A(object self) { result("gone ") } }
void f() { object a = alloc(A); result("in ") }
f()
result("after")
//> in gone after
//# a destructor runs at the end of the script
class A { ~A(object self) { result("gone") } }
object a = alloc(A)
result("end ")
//> end gone
//# a temporary object goes at once
class A { void f(object self) { result("f ") } ~A(object self) { result("gone ") } }
alloc(A).f()
result("end")
//> f gone end
//# inheritance
class A { number n; void set(object self, number x) { n = x } }
class B : A { number get(object self) { return n } }
object b = alloc(B)
b.set(4)
result(b.get())
//> 4
//# constructors run from the base on
class A { A(object self) { result("A ") } ~A(object self) { result("~A ") } }
class B : A { B(object self) { result("B ") } ~B(object self) { result("~B ") } }
object b = alloc(B)
b = NULL
//> A B ~B ~A 
//# a method is overridden
class A { void say(object self) { result("A") } void speak(object self) { self.say() } }
class B : A { void say(object self) { result("B") } }
alloc(B).speak()
//> B
//# super calls the base
class A { number f(object self, number x) { return x + 1 } }
class B : A { number f(object self, number x) { return self.super.f(x) * 10 } }
result(alloc(B).f(2))
//> 30
//# super of super
class A { string f(object self) { return "A" } }
class B : A { string f(object self) { return self.super.f() + "B" } }
class C : B { string f(object self) { return self.super.f() + "C" } }
result(alloc(C).f())
//> ABC
//# init returns self
class A { number n; object init(object self, number x) { n = x; return self } number get(object self) { return n } }
result(alloc(A).init(3).get())
//> 3
//# methods are overloaded by number and type
class A {
  string f(object self) { return "none" }
  string f(object self, number a) { return "number" }
  string f(object self, string a) { return "string" }
  string f(object self, number a, number b) { return "two" }
}
object a = alloc(A)
result(a.f() + " " + a.f(1) + " " + a.f("x") + " " + a.f(1, 2))
//> none number string two
//# overloads of the base are found
class A { string f(object self, string s) { return "base" } }
class B : A { string f(object self, number n) { return "derived" } }
object b = alloc(B)
result(b.f(1) + " " + b.f("x"))
//> derived base
//# methods by reference
class A { void get(object self, number &x, string &s) { x = 5; s = "five" } }
number x; string s
alloc(A).get(x, s)
result(x + " " + s)
//> 5 five
//# a member by reference
class A { number n; void go(object self) { self.set(n); result(n) } void set(object self, number &x) { x = 8 } }
alloc(A).go()
//> 8
//# a member as reference of a built-in
class A { number w, h; void go(object self, image i) { i.GetSize(w, h); result(w + " " + h) } }
alloc(A).go(RealImage("", 4, 3, 2))
//> 3 2
//# an image as member
class A { image i
  void make(object self) { i := RealImage("", 4, 2, 2); i = 3 }
  number total(object self) { return sum(i) } }
object a = alloc(A)
a.make()
result(a.total())
//> 12
//# a member of a tag group
class A { taggroup t
  void make(object self) { t = NewTagGroup(); t.TagGroupSetTagAsNumber("x", 4) }
  number get(object self) { number v; t.TagGroupGetTagAsNumber("x", v); return v } }
object a = alloc(A)
a.make()
result(a.get())
//> 4
//# objects have their own members
class A { number n; void set(object self, number x) { n = x } number get(object self) { return n } }
object a = alloc(A), b = alloc(A)
a.set(1); b.set(2)
result(a.get() + " " + b.get())
//> 1 2
//# a parameter hides a member
class A { number n; void set(object self, number n) { n = 5 } number get(object self) { return n } }
object a = alloc(A)
a.set(3)
result(a.get())
//> 0
//# an interface announces methods
interface I { number f(object self, number &x); }
class A { number f(object self, number &x) { x = 2; return 1 } }
object a = alloc(A)
number x
result(a.f(x) + " " + x)
//> 1 2
//# an object knows another
class B { object other; void link(object self, object o) { other = o } void go(object self) { other.hello() } }
class A { void hello(object self) { result("hello") } }
object b = alloc(B)
b.link(alloc(A))
b.go()
//> hello
//# a semicolon after a class and its methods
class A { void f(object self) { result("f") }; };
alloc(A).f()
//> f
//# the brace of a class on the next line
class A
{
  number n
  number get(object self)
  {
    return n + 1
  }
}
result(alloc(A).get())
//> 1
//# an object is found by its id
class A { void f(object self) { result("found") } }
object a = alloc(A)
number id = a.ScriptObjectGetID()
GetScriptObjectFromID(id).f()
//> found
//# an object that is gone has no id
class A { }
object a = alloc(A)
number id = a.ScriptObjectGetID()
a = NULL
result(ScriptObjectIsValid(GetScriptObjectFromID(id)))
//> 0
//# an object as condition
class A { }
object a
if (!a) result("none ")
a = alloc(A)
if (a) result("there")
//> none there
//# comparing with NULL
class A { }
object a
result((a == NULL) + " ")
a = alloc(A)
result((a == NULL) + " " + (a != NULL))
//> 1 0 1
//# a method of nothing
class A { void f(object self) { } }
object a
a.f() //! 3 runtime error: 'f' is called on an object that is not there (NULL); assign it first
//# a method that the class does not have
class A { void f(object self) { } }
class B { void g(object self) { } }
object a = alloc(A)
a.g() //! 3 runtime error: class 'A' has no method 'g' that takes (object)
//# a method that no class has
class A { }
object a = alloc(A)
a.frobnicate() //! 3 name error: unknown function 'frobnicate'; define it, or add the script that does
//# a wrong number of arguments of a method
class A { void f(object self, number x) { } }
object a = alloc(A)
a.f() //! 3 runtime error: class 'A' has no method 'f' that takes (object)
//# a class that is not there
class Counter { }
object a = alloc(Contuer) //! 18 name error: unknown class 'Contuer'; did you mean 'Counter'?
//# a function used by a method
number twice(number x) { return 2 * x }
class A { number f(object self, number x) { return twice(x) } }
result(alloc(A).f(4))
//> 8
//# a top-level variable in a method
number scale = 3
class A { number f(object self, number x) { return x * scale } }
scale = 5
result(alloc(A).f(2))
//> 10
//# a built-in called as method on self
class A { number n; void f(object self) { result(self.ScriptObjectIsValid()) } }
alloc(A).f()
//> 1
//# a class that derives from UIFrame
class D : UIFrame { number n; object init(object self) { n = 2; return self } number get(object self) { return n } }
result(alloc(D).init().get())
//> 2
//# a class defined after its use
result(alloc(A).get())
class A { number get(object self) { return 3 } }
//> 3
//# a base defined after the class
class B : A { number f(object self) { return self.g() + 1 } }
class A { number g(object self) { return 1 } }
result(alloc(B).f())
//> 2
//# an error in a method shows the call
class A { void f(object self) { throw("bad") } } //! 33 thrown: bad
alloc(A).f()
//# a member that is not there
class A { void f(object self) { m = 1 } } //! 33 name error: unknown variable 'm'; declare it first
alloc(A).f()
//# a class that does not end
class A { number n //! 9 syntax error: the class does not end; expected a closing '}'; close it with }
//# a statement in a class
class A { n = 1 } //! 11 syntax error: 'n' cannot stand here; expected a member variable or a method
//# a list of objects keeps them
class A { number n; ~A(object self) { result("gone ") } }
object list = alloc(ObjectList)
list.AddObjectToList(alloc(A))
result(list.SizeOfList() + " ")
list.ClearList()
result("end")
//> 1 gone end
