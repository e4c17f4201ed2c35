// Lecture "3-dimensional images", slide "Indexing different image planes in a 3D stack".
// Spelling corrected: none; the lines stand as on the slide.
//
// The pixels are 1-byte signed integers, -128 to 127: from plane 1 on, values beyond 127 wrap round.
// Run: temstack script run test_createStack.s --show pictures

RealImage stack := Integerimage("stack",1,1,100,100,5)
stack[] = irow+icol*iplane
showimage(stack)
