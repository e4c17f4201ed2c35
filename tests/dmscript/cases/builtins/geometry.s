//# turned left
image a := RealImage("a",4,3,2)
a = icol+10*irow
image b := a.RotateLeft()
number x,y
b.GetSize(x,y)
result(x+" "+y+" "+b.GetPixel(0,0)+" "+b.GetPixel(1,2))
//> 2 3 2 10
//# turned right
image a := RealImage("a",4,3,2)
a = icol+10*irow
image b := a.RotateRight()
result(b.GetPixel(0,0)+" "+b.GetPixel(1,0)+" "+b.GetPixel(0,2))
//> 10 0 12
//# mirrored in place
image a := RealImage("a",4,3,2)
a = icol+10*irow
a.FlipHorizontal()
result(a.GetPixel(0,0)+" ")
a.FlipVertical()
result(a.GetPixel(0,0))
//> 2 12
//# transposed
image a := RealImage("a",4,3,2)
a = icol+10*irow
result(MatrixTranspose(a).GetPixel(1,2))
//> 12
//# matrices
image a := [2,2]: { {1,2}, {3,4} }
image b := [2,2]: { {0,1}, {1,0} }
image c := MatrixMultiply(a,b)
result(c.GetPixel(0,0)+" "+c.GetPixel(1,1)+" "+MatrixDeterminant(a))
//> 2 3 -2
//# matrices that do not fit
image a := RealImage("a",4,3,2)
image b := MatrixMultiply(a,a) //! 12 runtime error: image sizes do not match: 3 × 2 and 3 × 2; both sides must have the same size and number of dimensions
//# half the size
image a := RealImage("a",4,4,4)
a = icol
a.ImageSetDimensionCalibration(0,0,2,"nm",1)
image b := Reduce(a)
result(b.ImageGetDimensionSize(0)+" "+b.GetPixel(0,0)+" "+b.GetPixel(1,1)+" "+b.ImageGetDimensionScale(0))
//> 2 0.5 2.5 4
//# there and back by Fourier transform
image a := RealImage("a",4,8,8)
a = irow*icol
image b := RealIFFT(RealFFT(a))
result((max(abs(a-b)) < 0.001)+" "+RealFFT(a).ImageIsDataTypeComplex())
//> 1 1
//# the zero frequency is in the centre
image a := RealImage("a",4,8,8)
a = 1
result(modulus(FFT(a)).max()+" "+modulus(FFT(a)).GetPixel(4,4))
//> 64 64
//# cross-correlation peaks in the centre for the same image
image a := RealImage("a",4,16,16)
a = tert(iradius<3,1,0)
number x,y
number m = max(CrossCorrelate(a,a),x,y)
result(format(m,"%.3f")+" "+x+" "+y)
//> 1.000 8 8
//# median filter takes away one hot pixel
image a := RealImage("a",4,5,5)
a[2,2] = 100
result(max(MedianFilter(a,3,1)))
//> 0
//# values between pixels
image a := RealImage("a",4,4,4)
a = icol
result(Warp(a,1.5,2))
//> 1.5
//# warped by expressions
image a := RealImage("a",4,4,4)
a = icol
image b := RealImage("b",4,4,4)
b = a.Warp(icol+1,irow)
result(sum(b)+" "+b.GetPixel(0,2)+" "+b.GetPixel(3,3))
//> 24 1 0
//# an image is made smaller in place until it is small
image a := RealImage("a",4,64,48)
a = 3
while (a.ImageGetDimensionSize(0) >= 16) Reduce(a)
number w,h
a.GetSize(w,h)
result(w+" "+h+" "+mean(a))
//> 8 6 3
//# nothing is left to make smaller
image a := RealImage("a",4,1,9)
Reduce(a) //! 1 runtime error: Reduce needs 2 × 2 pixels or more; got 1 × 9
