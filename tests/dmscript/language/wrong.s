//# expects what is not written, so the suite must notice
result("one")
//> two
