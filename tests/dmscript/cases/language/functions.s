//# a function with a value
number twice(number x) { return 2 * x }
result(twice(4))
//> 8
//# a function without value
void greet(string name) { result("hello " + name) }
greet("you")
//> hello you
//# a function without parameters
number five() { return 5 }
result(five())
//> 5
//# void as parameter list
number five(void) { return 5 }
result(five())
//> 5
//# the brace on the next line
number five()
{
  return 5
}
result(five())
//> 5
//# numbers are copied
void change(number x) { x = 10 }
number a = 1
change(a)
result(a)
//> 1
//# texts are copied
void change(string s) { s = "b" }
string a = "a"
change(a)
result(a)
//> a
//# numbers by reference
void change(number &x) { x = 10 }
number a = 1
change(a)
result(a)
//> 10
//# texts by reference
void add(string &s) { s += "!" }
string a = "a"
add(a); add(a)
result(a)
//> a!!
//# a reference passed on
void inner(number &x) { x++ }
void outer(number &x) { inner(x); inner(x) }
number a = 1
outer(a)
result(a)
//> 3
//# references to two variables
void swap(number &x, number &y) { number t = x; x = y; y = t }
number a = 1, b = 2
swap(a, b)
result(a + " " + b)
//> 2 1
//# a reference to a top-level variable
void change(number &x) { x = 7 }
number a = 1
void run() { change(a) }
run()
result(a)
//> 7
//# what was assigned before an error stays
void fail(number &x) { x = 5; throw("no") }
number a = 1
try fail(a)
catch break
result(a)
//> 5
//# images share their pixels
void change(image i) { i[0, 0] = 5 }
image a := RealImage("a", 4, 2, 2)
change(a)
result(sum(a))
//> 5
//# binding an image inside does not reach the caller
void change(image i) { i := RealImage("b", 4, 3, 3); i = 1 }
image a := RealImage("a", 4, 2, 2)
change(a)
result(sum(a))
//> 0
//# binding an image by reference reaches the caller
void change(image &i) { i := RealImage("b", 4, 3, 3); i = 1 }
image a := RealImage("a", 4, 2, 2)
change(a)
result(sum(a))
//> 9
//# recursion
number factorial(number n) { if (n < 2) return 1; return n * factorial(n - 1) }
result(factorial(10))
//> 3.6288e+06
//# functions that call each other
number odd(number n)
number even(number n) { if (n == 0) return 1; return odd(n - 1) }
number odd(number n) { if (n == 0) return 0; return even(n - 1) }
result(even(10) + " " + odd(10))
//> 1 0
//# a body-less declaration with a semicolon
void later(number x);
later(1)
void later(number x) { result("later " + x) }
//> later 1
//# overloads by number of parameters
number f(number a) { return a }
number f(number a, number b) { return a + b }
result(f(1) + " " + f(1, 2))
//> 1 3
//# overloads by type
string kind(number a) { return "number" }
string kind(string a) { return "string" }
string kind(complexnumber a) { return "complex" }
string kind(image a) { return "image" }
string kind(object a) { return "object" }
class A { }
object o = alloc(A)
result(kind(1) + " " + kind("a") + " " + kind(complex(1, 2)) + " " + kind(RealImage("", 4, 2, 2)) + " " + kind(o))
//> number string complex image object
//# a number is a complex number where one is needed
complexnumber f(complexnumber z) { return z * z }
result(f(2))
//> 4 + 0 i
//# a function as method of its first argument
number twice(number x) { return 2 * x }
result((3).twice() + " " + twice(3).twice())
//> 6 12
//# a built-in as method of a text
result("abc".len())
//> 3
//# a built-in as method of a result
result((1 + 2).format("%i").len())
//> 1
//# a method call with references
image img := RealImage("a", 4, 7, 5)
number w, h
img.GetSize(w, h)
result(w + " " + h)
//> 7 5
//# a built-in is redefined
number sqrt(number x) { return 42 }
result(sqrt(4))
//> 42
//# a built-in is redefined for other types only
number max(number a, number b, number c, number d) { return 99 }
result(max(1, 2) + " " + max(1, 2, 3, 4))
//> 2 99
//# of two definitions the last before the call counts
number f() { return 1 }
result(f() + " ")
number f() { return 2 }
result(f())
//> 1 2
//# functions see top-level variables
number scale = 3
number scaled(number x) { return x * scale }
scale = 4
result(scaled(2))
//> 8
//# functions set top-level variables
number count = 0
void step() { count++ }
step(); step()
result(count)
//> 2
//# a parameter hides a top-level variable
number a = 1
number f(number a) { return a * 10 }
result(f(5) + " " + a)
//> 50 1
//# a function without return gives zero
number f() { }
result(f())
//> 0
//# a text function without return gives an empty text
string f() { }
result("[" + f() + "]")
//> []
//# definitions and statements interleave
result("a ")
number f() { return 1 }
result(f() + " ")
number g() { return f() + 1 }
result(g())
//> a 1 2
//# a wrong number of arguments
number f(number a) { return a }
result(f(1, 2)) //! 8 type error: wrong number of arguments for 'f'; got 2; expected number f(number a)
//# a wrong type
number f(number a) { return a }
result(f("x")) //! 8 type error: 'f' does not take these types; got (string); expected number f(number a)
//# a wrong number of arguments of a built-in
number w
GetSize(RealImage("", 4, 1, 1), w) //! 1 type error: wrong number of arguments for 'GetSize'; got 2; expected void GetSize(...
//# an image for a number
number f(number a) { return a }
image i := RealImage("", 4, 2, 2)
result(f(i)) //! 8 type error: 'f' does not take these types; got (image); expected number f(number a)
//# a wrong return type
number f() { return "x" } //! 21 type error: string given where number is needed
result(f())
//# an error within a function shows where
number f(image i) { return sum(i[5, 5]) } //! 33 runtime error: [5,5] reaches beyond the image: image 'a' is 2 × 2 pixels large
result(f(RealImage("a", 4, 2, 2)))
//# a function that returns an image
image make(number n) { image i := RealImage("made", 4, n, n); i = icol; return i }
image a := make(3)
result(sum(a))
//> 9
//# the result of a function that returns an image can be changed
image a := RealImage("a", 4, 2, 2)
image get() { return a }
get()[0, 0] = 4
result(sum(a))
//> 4
//# an object as reference
class A { number n }
void renew(object &o) { o = alloc(A) }
object a
renew(a)
result(ScriptObjectIsValid(a))
//> 1
//# a tag group by reference
void make(taggroup &t) { t = NewTagGroup(); t.TagGroupSetTagAsNumber("a", 3) }
taggroup t
make(t)
number v
t.TagGroupGetTagAsNumber("a", v)
result(v)
//> 3
//# one statement as body
number twice(number x) return 2 * x
result(twice(4))
//> 8
