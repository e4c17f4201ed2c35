//# parts of a text
string s = "abcdef"
result(len(s)+" "+left(s,2)+" "+right(s,2)+" "+mid(s,2,3)+" "+find(s,"cd")+" "+find(s,"x"))
//> 6 ab ef cde 2 -1
//# more than there is
string s = "abc"
result(left(s,9)+right(s,9)+mid(s,1,infinity())+"|"+mid(s,9,2)+"|"+left(s,-1)+right(s,0))
//> abcabcbc||
//# characters and codes
result(chr(65)+" "+asc("a")+" "+asc(""))
//> A 97 0
//# small and capital letters
result(StringToLower("AbC")+StringToUpper("AbC"))
//> abcABC
//# appended to a variable
string s = "a"
s.StringAppend("b")
result(s)
//> ab
//# numbers join text
result("x="+1.5+" y="+1/3+" z="+1e6)
//> x=1.5 y=0.333333 z=1e+06
//# as methods of literals
result("abc".len()+" "+(3).format("%02i"))
//> 3 03
