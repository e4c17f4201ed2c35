//# names do not know the case of letters
Number Foo = 3
RESULT(fOO + "\n")
//> 3
//# keywords do not know the case of letters
IF (1) Result("yes") ELSE Result("no")
//> yes
//# a statement ends at a newline
number a = 1
number b = 2
result(a+b)
//> 3
//# a statement ends at a semicolon
number a = 1; number b = 2; result(a+b);
//> 3
//# empty statements
;;; number a = 1;;
;result(a)
//> 1
//# a backslash continues a line
number a = 1 + \
  2
result(a)
//> 3
//# a backslash with blanks after it
number a = 1 + \  	
  2
result(a)
//> 3
//# a backslash within parentheses
result("a" + \
 "b" + \
 "c")
//> abc
//# a newline within parentheses ends the statement
result("a" + //! 13 syntax error: the end of the line cannot stand here; expected a value; a line ends the statement, also inside parentheses; continue it with \ at its end
 "b")
//# a newline before the closing parenthesis
result("a" //! 11 syntax error: the end of the line cannot stand here; expected ',' or ')'; a line...
)
//# line comments
number a = 1 // number a = 2
result(a)
//> 1
//# block comments
number a /* the first */ = /* over
two lines */ 1
result(a)
//> 1
//# a comment that does not end
/* never
//!^ 1 syntax error: the comment does not end; ...
//# a string that does not end
result("abc)
//!^ 8 syntax error: the string does not end on its line; expected a closing "; close it with "; write \" inside
//# escapes
result("a\tb\\c\"d\ne")
//> a	b\c"d
//> e
//# characters by number
result("\x41\102")
//> AB
//# decimal numbers
result(1 + " " + 1.5 + " " + .5 + " " + 1e3 + " " + 1.5e-3 + " " + 2.)
//> 1 1.5 0.5 1000 0.0015 2
//# hexadecimal numbers
result(0xFF + 0x10)
//> 271
//# a call on a literal
result(5.format("%03d") + " " + 2.5.format("%.2f"))
//> 005 2.50
//# typographic quotation marks
result(“abc”) //! 8 syntax error: typographic quotation marks; got “; expected "; type plain ones
//# single quotation marks
result('abc') //! 8 syntax error: strings stand between double quotation marks; got '; expected "; use double ones
//# a character that starts nothing
number a = 1 @ 2 //! 14 syntax error: a character that starts nothing; got '@'; remove it
//# a backslash in the middle
number a = 1 \ + 2 //! 14 syntax error: a backslash continues a line only at its end; remove what follows it, or the backslash
//# do and switch are ordinary names
number do(number switch) { return switch * 2 }
result(do(4))
//> 8
//# names with digits and underscores
number _a1 = 1, b_2 = 2
result(_a1 + b_2)
//> 3
//# two statements on one line need a separator
number a = 1 number b = 2 //! 14 syntax error: 'number' cannot stand here; expected the end of the statement
//# a closing brace too many
result("a") } //! 13 syntax error: '}' cannot stand here; expected a value...
//# a closing brace too few
if (1) { //! 8 syntax error: the block does not end; expected a closing '}'; close it with }
result("a")
//# a variable and a function of one name
string result = "text"
result(result)
//> text
//# the background line is a comment
// $BACKGROUND$
result("runs")
//> runs
//# blank space before parentheses
result ( "a" )
//> a
//# a number too large is infinite
result(1e999)
//> inf
//# sign after sign
result(1 - -1 + +2)
//> 4
