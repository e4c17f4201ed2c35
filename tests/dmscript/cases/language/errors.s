//# an error that nothing catches
throw("no luck") //! 1 thrown: no luck
//# catch with break goes on
try { throw("a") }
catch { result("caught " + GetExceptionString() + " "); break }
result("on")
//> caught a on
//# catch without break passes the error on
try { throw("a") } //! 7 thrown: a
catch { result("caught ") }
result("never")
//> caught 
//# catch without break goes on if asked
//@ catch=continue
try { throw("a") }
catch { result("caught ") }
result("on")
//> caught on
//# nothing is caught where nothing is thrown
try { result("a ") }
catch { result("never") }
result("b")
//> a b
//# braces may be left out
number x
Try x = sqrt(4) Catch Throw("never")
result(x)
//> 2
//# catch and break alone
try throw("a")
catch break
result("on")
//> on
//# catch on the next line
try
{
  throw("a")
}
catch
{
  result("caught ")
  break
}
result("on")
//> caught on
//# throwing another error
try { throw("a") }
catch { throw("b " + GetExceptionString()) } //! 9 thrown: b a
//# errors of built-ins are caught
image a := RealImage("", 4, 2, 2)
try { a[5, 5] = 1 }
catch { result("caught"); break }
//> caught
//# the text of an error
try { throw("text " + 5) }
catch { result(GetExceptionString()); break }
//> text 5
//# an error in a function is caught outside
void f() { throw("deep") }
try { f() }
catch { result("caught " + GetExceptionString()); break }
//> caught deep
//# try within try
try {
  try { throw("inner") }
  catch { result("1 ") }
  result("never")
}
catch { result("2 " + GetExceptionString()); break }
//> 1 2 inner
//# break in catch leaves the catch only
number i
for (i = 0; i < 3; i++) {
  try { throw("x") }
  catch { result(i + " "); break }
}
result("end")
//> 0 1 2 end
//# break in try leaves the loop
number i
for (i = 0; i < 5; i++) {
  try { if (i == 2) break }
  catch { break }
  result(i + " ")
}
//> 0 1 
//# break of a loop within catch
try { throw("x") }
catch { number i; for (i = 0; i < 9; i++) { if (i == 2) break }; result(i); break }
//> 2
//# continue in catch goes on with the loop
number i
for (i = 0; i < 4; i++) {
  try { if (i == 1) throw("x") }
  catch { result("c "); continue }
  result(i + " ")
}
//> 0 c 2 3 
//# continue in a catch within a catch
number i
for (i = 0; i < 2; i++) {
  try { throw("x") }
  catch { try { throw("y") } catch { continue } result("never") }
  result("never")
}
result(i)
//> 2
//# return in catch
number f() { try { throw("x") } catch { return 5 } return 6 }
result(f())
//> 5
//# return in try
number f() { try { return 5 } catch { return 6 } return 7 }
result(f())
//> 5
//# break within an if within catch
try { throw("x") }
catch { if (1) break; result("never") }
result("on")
//> on
//# exit in try is no error
try { exit(0) }
catch { result("never"); break }
result("never")
//> 
//# exit in catch
try { throw("x") }
catch { result("a"); exit(0) }
result("never")
//> a
//# a limit cannot be caught
//@ steps=100
number i
try { while (1) i++ } //! 7 limit: too many steps; expected at most 100
catch { result("never"); break }
//# tryguard and recover
tryguard { throw("x") } //! 12 thrown: x
recover { result("recovered ") }
//> recovered 
//# try without catch
try { result("a") } //! 1 syntax error: 'try' without 'catch'; expected 'catch' after its block
//# throw without text
throw() //! 1 thrown:
//# throw as part of a choice
number a = 1
a == 1 ? result("one") : throw("other")
//> one
//# a runtime error within an expression
number n = 2 + sum(RealImage("", 4, 2, 2)[7, 7]) //! 42 runtime error: [7,7] reaches beyond the image...
//# an error in a thread ends the script
class T : Thread { void RunThread(object self) { throw("in thread") } } //! 50 thrown: in thread
alloc(T).StartThread()
//# an image that is not there has no size
image n
number w, h
n.GetSize(w, h) //! 3 runtime error: something is used that is not there (NULL); assign it first
