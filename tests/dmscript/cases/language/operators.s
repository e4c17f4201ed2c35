//# arithmetic
result(1 + 2 * 3 - 8 / 4)
//> 5
//# parentheses
result((1 + 2) * 3)
//> 9
//# division gives fractions
result(7 / 2)
//> 3.5
//# division by zero is infinite
result(1/0 + " " + (-1/0))
//> inf -inf
//# zero by zero is no number
number a = 0, b = 0
result(a/b)
//> nan
//# division by a variable that is zero
number a = 1, b = 0
result(a / b + " " + a / (b * 1))
//> inf inf
//# the remainder has the sign of the left side
result(7 % 3 + " " + -7 % 3 + " " + 7.5 % 2)
//> 1 -1 1.5
//# the remainder by zero
result(1 % 0)
//> nan
//# power
result(2**10)
//> 1024
//# power is stronger than a sign
result(-2**2)
//> -4
//# power goes from the right
result(2**3**2)
//> 512
//# power with a negative exponent
result(2**-1)
//> 0.5
//# a root of a negative number
result((-8)**0.5)
//> nan
//# power overflows to infinity
result(10**400)
//> inf
//# equal strength goes from the left
result(10 - 4 - 3 + " " + 16 / 4 / 2)
//> 3 2
//# comparisons are numbers
result((1 < 2) + " " + (1 > 2) + " " + (2 <= 2) + " " + (2 >= 3) + " " + (1 == 1) + " " + (1 != 1))
//> 1 0 1 0 1 0
//# comparisons can be added
result((1 < 2) + (2 < 3))
//> 2
//# comparisons before and, and before or
result(1 == 1 && 2 < 1 || 1)
//> 1
//# not
result(!0 + " " + !5 + " " + !!5)
//> 1 0 1
//# and, or
result((1 && 0) + " " + (1 || 0) + " " + (2 && 3))
//> 0 1 1
//# the right side is left out by default
number called(number x) { result("called "); return x }
result(0 && called(1))
result(" ")
result(1 || called(0))
//> 0 1
//# the right side can be asked for
//@ short_circuit=False
number called(number x) { result("called "); return x }
result(0 && called(1))
//> called 0
//# bits
result((6 & 3) + " " + (6 | 3) + " " + (6 ^ 3))
//> 2 7 5
//# bits are weaker than comparisons, as in C
result(6 & 3 == 3)
//> 0
//# complement
result(~5)
//> -6
//# choice
result(1 > 0 ? "yes" : "no")
//> yes
//# choice within choice
number n = 5
result(n < 0 ? "negative" : n == 0 ? "zero" : "positive")
//> positive
//# tert is a choice
result(tert(0, 1, 2))
//> 2
//# tert of texts
result(tert(1, "a", "b"))
//> a
//# only the chosen side is worked out
number f(number x) { result("called " + x + " "); return x }
number a = 1 ? f(1) : f(2)
result(a)
//> called 1 1
//# compound assignment
number a = 10
a += 5; a -= 3; a *= 4; a /= 6
result(a)
//> 8
//# steps
number a = 1
a++; ++a; a--; --a; a++
result(a)
//> 2
//# steps have values
number a = 1
number b = a++ + 10
number c = ++a + 10
result(a + " " + b + " " + c)
//> 3 11 13
//# assignment has a value
number a, b
a = b = 3
result(a + b)
//> 6
//# assignment in a condition
number a
if ((a = 3) > 2) result("yes " + a)
//> yes 3
//# := on numbers is =
number a := 3
a := a + 1
result(a)
//> 4
//# a text and a number
number a = "x" * 2 //! 16 type error: '*' cannot be done with string and number; expected numbers or images
//# a text for a number
number a = "5" //! 12 type error: string given where number is needed
//# comparing a text with a number
if ("a" == 1) result("x") //! 9 type error: '==' cannot compare string with number
//# assigning to a number
1 = 2 //! 3 syntax error: nothing can be assigned to what stands left of '='; expected a variable, or a part of an image
//# assigning to an intrinsic
icol = 2 //! 1 type error: 'icol' cannot be assigned to
//# a sum of many terms
number a = 1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1
result(a)
//> 40
//# true and false
result(true + " " + false)
//> 1 0
//# pi
result(pi() > 3.14 && pi() < 3.15)
//> 1
//# a number in a condition
number a = 0.5
if (a) result("yes")
//> yes
//# not equal texts
result("a" != "b")
//> 1
//# texts in order
result("abc" < "abd")
//> 1
//# precedence of not
result(!1 == 0)
//> 1
//# unary minus of a product
number a = 2
result(-a * 3)
//> -6
