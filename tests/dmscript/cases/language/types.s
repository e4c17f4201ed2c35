//# a number and a text
result("n = " + 5 + ", " + 1/3)
//> n = 5, 0.333333
//# a text and a number
result(5 + " apples")
//> 5 apples
//# large numbers
result(1234567 + " " + 0.0000123 + " " + 123456)
//> 1.23457e+06 1.23e-05 123456
//# joining texts
string a = "x"
a += "y" + 1
result(a)
//> xy1
//# the code of a character
string a = "ABC"
result(a[0] + " " + chr(a[2]))
//> 65 C
//# a character outside
string a = "ABC"
result(a[3]) //! 9 runtime error: character 3 of a text of 3
//# two indices of a text
string a = "ABC"
result(a[0, 1]) //! 9 type error: a text has one index; got 2; expected 1
//# an index of a number
number a
result(a[0]) //! 9 type error: number has no [ ]; expected an image or a text
//# texts have defaults
string a
result("[" + a + "]")
//> []
//# numbers have defaults
number a
result(a)
//> 0
//# several declarations with values
string s, sBefore = "a", sAfter = "b"
number i, first = 1, last = first + 1
result(s + sBefore + sAfter + i + first + last)
//> ab012
//# a type before each name
number a = 1, number b = 2
result(a + b)
//> 3
//# realnumber is a number
realnumber a = 1.5
result(a)
//> 1.5
//# complex numbers
complexnumber z = complex(1, 2)
z = z * z
result(real(z) + " " + imaginary(z))
//> -3 4
//# a complex number takes a number
complexnumber z = 3
result(z)
//> 3 + 0 i
//# a number does not take a complex number
number n = complex(1, 2) //! 12 type error: complexnumber given where number is needed
//# complex division
result(complex(1, 1) / complex(1, -1))
//> 0 + 1 i
//# comparing complex numbers
result((complex(1, 2) == complex(1, 2)) + " " + (complex(1, 0) == 1))
//> 1 1
//# ordering complex numbers
result(complex(1, 2) < complex(2, 3)) //! 22 runtime error: '<' cannot compare complexnumber with complexnumber
//# colours
rgbnumber c = rgb(1, 2, 3)
result(red(c) + " " + green(c) + " " + blue(c))
//> 1 2 3
//# adding colours
rgbnumber c = rgb(1, 2, 3) + rgb(250, 250, 250)
result(red(c) + " " + blue(c))
//> 251 253
//# a type that nobody knows still holds handles
foobar x
if (!x) result("empty")
//> empty
//# NULL for a number
number a = NULL //! 12 type error: null given where number is needed
//# an object for a number
class A { }
number a = alloc(A) //! 12 type error: object given where number is needed
//# a tag group is a reference
taggroup a = NewTagGroup()
taggroup b = a
b.TagGroupSetTagAsNumber("x", 1)
result(a.TagGroupCountTags())
//> 1
//# a number is needed for an index
image a := RealImage("", 4, 2, 2)
a["x", 0] = 1 //! 3 type error: string given where number is needed
//# a handle in arithmetic
taggroup t = NewTagGroup()
number a = t + 1 //! 14 type error: '+' cannot be done with taggroup and number; expected numbers or images
//# minus a text
result(-"a") //! 8 type error: '-' cannot be done with string; expected a number
//# modules are named
module com.example.one
uses com.example.two
result("runs")
//> runs
//# module and uses as names
number uses = 1
uses = uses + 1
result(uses)
//> 2
