//# a plane of a stack is a live slice
image stack := RealImage("s",4,4,3,2)
stack = iplane*100+irow*10+icol
image plane := stack.Slice2(0,0,1, 0,4,1, 1,3,1)
result(plane.GetPixel(3,2)+" ")
plane = 7
result(sum(stack[0,0,1,4,3,2])+" "+stack.GetPixel(3,2,0))
//> 123 84 23
//# a slice on the left
image stack := RealImage("s",4,4,3,2)
image layer := RealImage("l",4,4,3)
layer = 5
stack.Slice2(0,0,1, 0,4,1, 1,3,1) = layer
result(sum(stack))
//> 60
//# a spectrum through a stack
image stack := RealImage("s",4,4,3,5)
stack = iplane*iplane
image spectrum := stack.Slice1(2,1,0, 2,5,1)
result(spectrum.GetPixel(0,0)+" "+spectrum.GetPixel(4,0)+" "+spectrum.ImageGetDimensionSize(0))
//> 0 16 5
//# backwards
image a := RealImage("a",4,4,1)
a = icol
image b := a.Slice1(3,0,0, 0,4,-1)
result(b.GetPixel(0,0)+" "+b.GetPixel(3,0))
//> 3 0
//# every second pixel
image a := RealImage("a",4,6,1)
a = icol
result(sum(a.Slice1(1,0,0, 0,3,2)))
//> 9
//# axes exchanged
image a := RealImage("a",4,4,3,2)
a = iplane*100+irow*10+icol
image b := a.Slice3(0,0,0, 2,2,1, 1,3,1, 0,4,1)
result(b.ImageGetDimensionSize(0)+" "+b.ImageGetDimensionSize(2)+" "+b.GetPixel(1,2,3))
//> 2 4 123
//# a slice of any number of dimensions
image a := RealImage("a",4,4,3,2)
a = iplane*100+irow*10+icol
image b := SliceN(a,3,2, 0,0,1, 0,4,1, 1,3,1)
result(b.GetPixel(3,2))
//> 123
//# a slice that leaves the image
image a := RealImage("a",4,4,3,2)
image b := a.Slice2(0,0,0, 0,5,1, 1,3,1) //! 14 runtime error: slice along dimension 0 goes from 0 to 4; image 'a' is 4 × 3 × 2 pixels large
//# too few numbers
image a := RealImage("a",4,4,3,2)
image b := SliceN(a,3,2, 0,0,1, 0,4,1) //! 12 type error: SliceN of 3 dimensions in and 2 out needs 9 numbers after them; got 6
