//# if
if (1) result("yes")
//> yes
//# if with a block
if (2 > 1) { result("a"); result("b") }
//> ab
//# if with its statement on the next line
if (1)
  result("yes")
//> yes
//# else on the next line
if (0)
{
  result("a")
}
else
{
  result("b")
}
//> b
//# else on the same line without semicolon
if (0) result("a") else result("b")
//> b
//# else after a semicolon
if (0) result("a"); else result("b")
//> b
//# else if
number n = 3
if (n == 1) result("one")
else if (n == 2) result("two")
else if (n == 3) result("three")
else result("many")
//> three
//# else belongs to the nearest if
if (1) if (0) result("a") else result("b")
//> b
//# blank lines and comments before else
if (0) result("a")

// not so
else result("b")
//> b
//# conditions joined after their parentheses
if (1 == 1) && (2 == 2) result("yes")
//> yes
//# while
number i = 0
while (i < 3) { result(i + " "); i++ }
//> 0 1 2 
//# while without braces
number i = 0
while (i < 3) i++
result(i)
//> 3
//# for
number i
for (i = 0; i < 3; i++) result(i + " ")
//> 0 1 2 
//# for with a declaration
for (number i = 0; i < 3; ++i) { result(i + " ") }
//> 0 1 2 
//# for with empty parts
number i = 0
for (;;) { i++; if (i > 3) break }
result(i)
//> 4
//# for with several parts
number i, j
for (i = 0, j = 10; i < j; i++, j--) {}
result(i + " " + j)
//> 5 5
//# for counts down in fractions
number x
for (x = 1; x > 0; x -= 0.25) result(x + " ")
//> 1 0.75 0.5 0.25 
//# break leaves the inner loop
number i, j, n = 0
for (i = 0; i < 3; i++) for (j = 0; j < 5; j++) { if (j == 2) break; n++ }
result(n)
//> 6
//# continue does the step
number i, n = 0
for (i = 0; i < 5; i++) { if (i == 2) continue; n += i }
result(n)
//> 8
//# continue in while
number i = 0, n = 0
while (i < 5) { i++; if (i == 2) continue; n += i }
result(n)
//> 13
//# a loop over nothing
number i
for (i = 0; i < 0; i++) result("never")
result("done")
//> done
//# exit ends silently
result("a")
exit(0)
result("b")
//> a
//# exit without parentheses
result("a")
exit
result("b")
//> a
//# exit within a function
void f() { result("in "); exit(0) }
f()
result("after")
//> in 
//# return at the top level ends the script
result("a")
return
result("b")
//> a
//# a block is a scope
number a = 1
{
  number a = 2
  result(a + " ")
}
result(a)
//> 2 1
//# a variable of a closed block is still found
if (1) { number a = 2 }
result(a)
//> 2
//# a declaration in a loop starts afresh
number i
for (i = 0; i < 3; i++) { number a; a += 1; result(a + " ") }
//> 1 1 1 
//# foreach over a list
class A { number n; object init(object self, number x) { n = x; return self } number get(object self) { return n } }
object list = alloc(ObjectList)
list.AddObjectToList(alloc(A).init(1))
list.AddObjectToList(alloc(A).init(2))
foreach (object o; list) result(o.get() + " ")
//> 1 2 
//# foreach with a variable declared before
class A { number n; object init(object self, number x) { n = x; return self } number get(object self) { return n } }
object list = alloc(ObjectList), o
list.AddObjectToList(alloc(A).init(5))
foreach (o; list) { result(o.get()) }
//> 5
//# foreach with break
class A { }
object list = alloc(ObjectList)
list.AddObjectToList(alloc(A))
list.AddObjectToList(alloc(A))
number n
foreach (object o; list) { n++; break }
result(n)
//> 1
//# foreach over an object with methods of a list
class L { number SizeOfList(object self) { return 2 } object ObjectAt(object self, number i) { result("at " + i + " "); return self } }
object l = alloc(L)
foreach (object o; l) result("x ")
//> at 0 at 1 x x 
//# foreach over a number
foreach (object o; 5) result("x") //! 1 runtime error: foreach cannot go through number; expected a list
//# an unknown variable
number width
result(widht) //! 8 name error: unknown name 'widht'; did you mean 'width'?
//# assigning to what is not declared
xyzzy = 3 //! 1 name error: unknown variable 'xyzzy'; declare it first
//# an unknown function
Rezult("a") //! 1 name error: unknown function 'Rezult'; did you mean 'Result'?
//# nothing runs before an unknown name
result("a")
frobnicate(1) //! 1 name error: unknown function 'frobnicate'; define it, or add the script that does
//# break outside a loop ends the function
void f() { result("a"); break; result("b") }
f()
result("c")
//> ac
//# too many steps
//@ steps=1000
number i
while (1) i++ //! 1 limit: too many steps; expected at most 1000
//# steps within the limit
//@ steps=1000
number i
for (i = 0; i < 900; i++) {}
result(i)
//> 900
//# a function that calls itself without end
number f(number x) { return f(x + 1) } //! 29 limit: functions call each other too deeply; look for a function that calls itself
f(1)
//# else without if
else result("a") //! 1 syntax error: 'else' cannot stand here; expected a value
//# for without its parts
for (i = 0) result("a") //! 11 syntax error: ')' cannot stand here; expected ';'
//# if without parentheses
if 1 result("a") //! 4 syntax error: '1' cannot stand here; expected '('
