//# offset moves to the right and down
image a := RealImage("a",4,4,2)
a = icol+10*irow
image b := a.offset(1,0)
result(b.GetPixel(0,0)+" "+b.GetPixel(3,0)+" "+a.offset(0,1).GetPixel(0,1)+" "+a.offset(-9,0).GetPixel(2,1))
//> 0 2 0 13
//# offset within an expression
image a := RealImage("a",4,4,1)
a = icol*icol
image slope := RealImage("s",4,4,1)
slope = a.offset(-1,0) - a
result(slope.GetPixel(0,0)+" "+slope.GetPixel(1,0)+" "+slope.GetPixel(3,0))
//> 1 3 0
//# clipped numbers and pixels
image a := RealImage("a",4,4,1)
a = clip(icol,1,2)
result(clip(5,0,3)+" "+sum(a))
//> 3 6
//# rank filters: smallest, middle, largest
image a := RealImage("a",4,5,1)
a = icol==2
result(sum(RankFilter(a,0,1,0))+" "+sum(RankFilter(a,0,1,1))+" "+sum(RankFilter(a,0,1,2)))
//> 0 0 3
//# a rank that there is not
image a := RealImage("a",4,5,5)
image b := RankFilter(a,3,1,9) //! 12 runtime error: rank 9 among 9 pixels; expected 0 to 8
//# a rank filter of an unknown shape
image a := RealImage("a",4,5,5)
image b := RankFilter(a,4,1,0) //! 12 runtime error: RankFilter of shape 4 and size 1; expected shape 0 to 3, size >= 0
//# Laplace and sharpened
image a := RealImage("a",4,5,5)
a = (icol==2)*(irow==2)
result(LaplaceFilter(a).GetPixel(2,2)+" "+LaplaceFilter(a).GetPixel(1,2)+" "+SharpenFilter(a).GetPixel(2,2))
//> 4 -1 5
//# Sobel's slope of a ramp
image a := RealImage("a",4,5,5)
a = icol
result(SobelFilter(a).GetPixel(2,2))
//> 8
//# Laplace needs a flat image
image a := RealImage("a",4,5,5,5)
image b := LaplaceFilter(a) //! 12 runtime error: LaplaceFilter needs an image of 2 dimensions; got 5 × 5 × 5
//# a Gaussian keeps the sum
image a := RealImage("a",4,21,21)
a = (icol==10)*(irow==10)
image b := GaussianFilter(a,2)
result(format(sum(b),"%.4f")+" "+(abs(b.GetPixel(12,10)/b.GetPixel(10,10)-exp(-0.5)) < 1e-4))
//> 1.0000 1
//# binned by sums, the rest left out
image a := RealImage("a",4,5,4)
a = 1
a.ImageSetDimensionCalibration(0,0,2,"nm",0)
image b := Rebin(a,2,2)
number w,h
b.GetSize(w,h)
result(w+" "+h+" "+b.GetPixel(1,1)+" "+b.ImageGetDimensionScale(0))
RebinInPlace(a,5,1)
a.GetSize(w,h)
result(" "+w+" "+h+" "+a.GetPixel(0,3))
//> 2 2 4 4 1 4 5
//# binning that does not fit
image a := RealImage("a",4,5,4)
image b := Rebin(a,6,1) //! 12 runtime error: binning 6 × 1 of an image of 5 × 4; expected 1 up to its size
//# summed along planes
image a := RealImage("a",4,4,3,5)
a = iplane
image p := Project(a,2)
number w,h
p.GetSize(w,h)
result(w+" "+h+" "+p.GetPixel(3,2))
//> 4 3 10
//# no such dimension to sum along
image a := RealImage("a",4,4,3)
image p := Project(a,2) //! 12 runtime error: image 'a' has no dimension 2; expected 0 to 1
//# a peak between pixels
image a := RealImage("a",4,32,32)
a = 100-(icol-20.25)**2-(irow-9.5)**2
number x,y
number m = IUImageFindMax(a,0,0,32,32,x,y,1)
result(format(x,"%.2f")+" "+format(y,"%.2f")+" "+format(m,"%.2f"))
IUImageFindMax(a,0,0,32,32,x,y,0)
result(" "+format(x,"%.2f")+" "+format(y,"%.2f"))
//> 4.25 -6.50 99.69 20.25 9.50
//# no area to search
image a := RealImage("a",4,8,8)
number x,y
IUImageFindMax(a,9,9,12,12,x,y,1) //! 1 runtime error: area 9, 9, 12, 12 has no pixel of 8 × 8
