//# the shift is found by every correlation
image a := RealImage("a",4,32,32), b := RealImage("b",4,32,32)
a = exp(-((icol-16)**2+(irow-16)**2)/8)
b = exp(-((icol-13)**2+(irow-18)**2)/8)
number x,y
max(CrossCorrelation(a,b),x,y)
result((x-16)+" "+(y-16))
max(CrossProduct(a,b),x,y)
result(" "+(x-16)+" "+(y-16))
max(IFMFilteredCrossCorrelation(a,b,"Hanning Window"),x,y)
result(" "+(x-16)+" "+(y-16))
//> 3 -2 3 -2 3 -2
//# a correlation with itself peaks in the centre with 1
image a := RealImage("a",4,16,16)
a = random()
number x,y
number m = max(AutoCorrelation(a),x,y)
result(format(m,"%.3f")+" "+x+" "+y)
//> 1.000 8 8
//# a cross-product is a sum of products
image a := RealImage("a",4,8,8)
a = 2
result(CrossProduct(a,a).GetPixel(4,4))
//> 256
//# images to correlate must be of one size
image a := RealImage("a",4,8,8), b := RealImage("b",4,8,4)
image c := CrossProduct(a,b) //! 12 runtime error: image sizes do not match: 8 × 8 and 8 × 4; both sides must have the same size and number of dimensions
//# a transform along one axis, zero frequency first
image a := RealImage("a",4,4,3)
a = irow
image f := fftpack_fft(a)
image g := fftpack_fft(a,1)
result(real(f).GetPixel(0,2)+" "+real(f).GetPixel(1,2)+" "+real(g).GetPixel(3,0))
//> 8 0 3
//# there and back over all axes
image a := RealImage("a",8,4,3,2)
a = icol+irow*iplane
result((max(abs(a-real(fftpack_ifft3(fftpack_fft3(a))))) < 1e-9)+" "+(max(abs(a-fftpack_rifft2(fftpack_rfft2(a)))) < 1e-9))
//> 1 1
//# a transform of real pixels needs real pixels
image a := ComplexImage("a",8,4,3)
image b := fftpack_rfft(a) //! 12 runtime error: fftpack_rfft needs real pixels; got complex ones; take fftpack_fft
//# a transform along an axis that there is not
image a := RealImage("a",4,4,3)
image b := fftpack_fft(a,2) //! 12 runtime error: fftpack_fft along dimension 2; got 4 × 3
