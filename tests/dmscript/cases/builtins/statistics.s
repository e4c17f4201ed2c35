//# sum, mean, variance
image a := RealImage("a",4,4,1)
a = icol
result(sum(a)+" "+mean(a)+" "+average(a)+" "+variance(a)+" "+median(a)+" "+rms(a*0+2))
//> 6 1.5 1.5 1.25 1.5 2
//# the largest pixel and where it is
image a := RealImage("a",4,4,3)
a = icol*10+irow
number x,y
number m = max(a,x,y)
result(m+" at "+x+","+y+"; ")
m = min(a,x,y)
result(m+" at "+x+","+y)
//> 32 at 3,2; 0 at 0,0
//# the first of equal pixels counts
image a := RealImage("a",4,4,3)
number x,y
max(a,x,y)
result(x+","+y)
//> 0,0
//# sum of integers does not overflow
image a := IntegerImage("a",1,0,100,100)
a = 255
result(sum(a))
//> 2.55e+06
//# smallest and largest
image a := RealImage("a",4,4,3)
a = icol-irow
number low, high
MinMax(a, low, high)
result(low+" "+high)
//> -2 3
//# sum of an expression and of a part
image a := RealImage("a",4,4,4)
a = 1
result(sum(a*2)+" "+sum(a[0,0,2,3]))
//> 32 6
//# sum of a complex image
image a := ComplexImage("a",8,2,2)
a = complex(1,2)
result(sum(a))
//> 4 + 8 i
//# a complex image has no largest pixel
image a := ComplexImage("a",8,2,2)
result(max(a)) //! 8 runtime error: a complex image has no largest pixel; use real(), imaginary() or modulus() first
//# dot product
image a := RealImage("a",4,3,1)
image b := RealImage("b",4,3,1)
a = icol
b = 2
result(DotProduct(a,b))
//> 6
//# histogram
image a := RealImage("a",4,10,1)
image h := RealImage("h",4,5,1)
a = icol
ImageCalculateHistogram(a,h,0,10)
result(sum(h)+" "+h.GetPixel(0,0)+" "+h.GetPixel(4,0))
//> 10 2 2
//# statistics by their longer names
image a := RealImage("a",4,4,1)
a = icol
number m,v
a.ImageGetMeanAndVariance(m,v)
result(a.ImageGetSum()+" "+a.ImageGetMinimum()+" "+a.ImageGetMaximum()+" "+m+" "+v)
//> 6 0 3 1.5 1.25
//# a histogram of complex pixels by mode
image c := ComplexImage("c",8,4,1), h := RealImage("h",4,4,1)
c = complex(3,4)
ImageCalculateHistogram(c,h,0,4,8)
result(h.GetPixel(1,0))
ImageCalculateHistogram(c,h,2,0,4)
result(" "+h.GetPixel(3,0))
//> 4 4
