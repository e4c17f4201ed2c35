//# a stack of the lecture
RealImage stack := IntegerImage("stack", 1, 1, 100, 100, 5)
stack[] = irow + icol * iplane
result(sum(stack[0, 0, 0]) + " " + sum(stack[3, 2, 4]) + " " + max(stack))
//> 0 14 127
//# overflow wraps as in C
image a := IntegerImage("", 1, 1, 4, 1)
a = icol * 100
result(sum(a[1,0]) + " " + sum(a[2,0]) + " " + sum(a[3,0]))
//> 100 -56 44
//# overflow can be clipped
//@ overflow=clip
image a := IntegerImage("", 1, 1, 4, 1)
a = icol * 100
result(sum(a[2,0]))
//> 127
//# fractions are dropped
image a := IntegerImage("", 2, 1, 2, 1)
a = icol * 1.75 - 0.5
result(sum(a[0,0]) + " " + sum(a[1,0]))
//> 0 1
//# fractions can be rounded
//@ rounding=nearest
image a := IntegerImage("", 2, 1, 2, 1)
a = icol * 1.75
result(sum(a[1,0]))
//> 2
//# := binds without a copy
image a := RealImage("", 4, 2, 2)
image b := a
b = 1
result(sum(a))
//> 4
//# = in a declaration makes a new image
image a := RealImage("", 4, 2, 2)
image b = a
b = 1
result(sum(a) + " " + sum(b))
//> 0 4
//# = keeps the data type of the variable
image a := IntegerImage("", 2, 0, 2, 2)
a = 3.7
result(ImageGetDataType(a) + " " + sum(a))
//> 10 12
//# a copy keeps the data type
RealImage a = IntegerImage("", 2, 1, 2, 2)
result(ImageGetDataType(a))
//> 1
//# an image from an expression is of 4-byte reals
image a := IntegerImage("", 2, 1, 2, 2)
image b = a * 2
result(ImageGetDataType(b))
//> 2
//# an image from an expression of 8-byte reals is of 8-byte reals
image a := RealImage("", 8, 2, 2)
image b = a * 2
result(ImageGetDataType(b))
//> 12
//# an image from a complex expression is complex
image a := RealImage("", 4, 2, 2)
image b = a * complex(0, 1)
result(ImageGetDataType(b))
//> 3
//# a variable without image gets one
image a := RealImage("", 4, 2, 2), b
b = a + 1
result(sum(b))
//> 4
//# sizes that do not match
image a := RealImage("", 4, 2, 2)
image b := RealImage("", 4, 3, 2)
a = b //! 3 runtime error: image sizes do not match: 2 × 2 and 3 × 2; both sides must have the same size and number of dimensions
//# sizes that do not match in an expression
image a := RealImage("", 4, 2, 2)
image b := RealImage("", 4, 3, 2)
image c = a + b //! 13 runtime error: image sizes do not match: 2 × 2 and 3 × 2; ...
//# dimensions that do not match
image a := RealImage("", 4, 2, 2)
image b := RealImage("", 4, 2, 2, 3)
a = b * 1 //! 3 runtime error: image sizes do not match: 2 × 2 and 2 × 2 × 3; ...
//# one pixel is no number
image a := RealImage("", 4, 2, 2)
number n = a[1, 1] //! 13 type error: image given where number is needed; an image expression is no number, even of one pixel: use sum(…) or GetPixel(image, x, y)
//# the sum of one pixel is a number
image a := RealImage("", 4, 2, 2)
a = icol + 10 * irow
number n = sum(a[1, 0])
result(n)
//> 1
//# setting one pixel
image a := RealImage("", 4, 3, 2)
a[2, 1] = 5
result(a.GetPixel(2, 1) + " " + sum(a))
//> 5 5
//# setting one pixel of a stack
image a := RealImage("", 4, 3, 2, 2)
a[2, 1, 1] = 5
result(sum(a[2, 1, 1]) + " " + sum(a))
//> 5 5
//# a pixel outside
image a := RealImage("", 4, 3, 2)
a[3, 0] = 5 //! 9 runtime error: [3,0] reaches beyond the image: image '' is 3 × 2 pixels large
//# compound assignment to one pixel
image a := RealImage("", 4, 3, 2)
a[1, 1] += 5
a[1, 1] *= 3
result(sum(a))
//> 15
//# an area is top, left, bottom, right
image a := RealImage("", 4, 5, 4)
a[1, 0, 3, 5] = 1
number w, h
a[1, 0, 3, 5].GetSize(w, h)
result(sum(a) + " " + w + " " + h)
//> 10 5 2
//# a volume is left, top, front, right, bottom, back
image a := RealImage("", 4, 5, 4, 3)
a[0, 1, 2, 5, 3, 3] = 1
result(sum(a) + " " + sum(a[0, 0, 2, 5, 4, 3]))
//> 10 10
//# a plane of a stack as target of an image
image a := RealImage("", 4, 3, 2, 4), b := RealImage("", 4, 3, 2)
b = 1
a[0, 0, 1, 3, 2, 2] = b
result(sum(a) + " " + sum(a[0, 0, 1, 3, 2, 2]))
//> 6 6
//# an area is live
image a := RealImage("", 4, 4, 4)
image b := a[0, 0, 2, 2]
b = 3
result(sum(a))
//> 12
//# an area in a new variable is a copy
image a := RealImage("", 4, 4, 4)
image b = a[0, 0, 2, 2]
b = 3
result(sum(a))
//> 0
//# all of an image
image a := RealImage("", 4, 2, 2)
a[] = 2
result(sum(a[]))
//> 8
//# five indices
image a := RealImage("", 4, 2, 2)
a[1, 2, 3, 4, 5] = 1 //! 2 type error: no part of an image has so many indices; got 5; expected [x,y], [x,y,z], [top,left,bottom,right] or [x0,y0,z0,x1,y1,z1]
//# columns and rows
image a := RealImage("", 4, 3, 2)
a = icol + 10 * irow
result(sum(a[2, 1]) + " " + sum(a[0, 1]) + " " + sum(a))
//> 12 10 36
//# planes
image a := RealImage("", 4, 1, 1, 4)
a = iplane
result(sum(a))
//> 6
//# sizes of the evaluated image
image a := RealImage("", 4, 4, 3)
a = iwidth + 10 * iheight + 100 * ipoints
result(max(a) + " " + min(a))
//> 1234 1234
//# radius and angle from the centre
image a := RealImage("", 4, 8, 8)
a = iradius
result(sum(a[4, 4]) + " " + sum(a[7, 4]) + " " + sum(a[4, 0]))
//> 0 3 4
//# angle
image a := RealImage("", 4, 8, 8)
a = itheta
result(sum(a[7, 4]) + " " + format(sum(a[4, 7]), "%.4f"))
//> 0 1.5708
//# tert for each pixel
image a := RealImage("", 4, 4, 4)
a = tert(icol < 2, 1, 0)
result(sum(a))
//> 8
//# choice for each pixel
image a := RealImage("", 4, 4, 4)
a = icol == irow ? 1 : 0
result(sum(a))
//> 4
//# choice keeps the image elsewhere
image mask := RealImage("", 4, 9, 9)
mask = iradius < 2 ? 1 : mask
result(sum(mask))
//> 9
//# comparisons of pixels add up
image a := RealImage("", 4, 4, 4)
a = (icol > 1) + (irow > 1)
result(sum(a) + " " + max(a))
//> 16 2
//# and, or, not for each pixel
image a := RealImage("", 4, 4, 4)
a = icol > 1 && irow > 1
result(sum(a) + " ")
a = icol > 1 || irow > 1
result(sum(a) + " ")
a = !(icol > 1)
result(sum(a))
//> 4 12 8
//# functions of numbers work on pixels
image a := RealImage("", 4, 3, 1)
a = sqrt(icol ** 2) + abs(-icol)
result(sum(a))
//> 6
//# division by zero in pixels
image a := RealImage("", 4, 2, 1)
a = 1 / icol
result(sum(a[0, 0]) + " " + sum(a[1, 0]))
//> inf 1
//# integers divide to fractions
image a := IntegerImage("", 2, 1, 2, 1), b := RealImage("", 4, 2, 1)
a = 7
b = a / 2
result(sum(b))
//> 7
//# remainder and bits of pixels
image a := RealImage("", 4, 4, 1)
a = icol % 2
result(sum(a) + " ")
a = icol & 1
result(sum(a))
//> 2 2
//# one pixel in an expression is a number
image a := RealImage("", 4, 2, 2)
a = icol + 1
a = a / a[1, 0]
result(sum(a))
//> 3
//# an assignment that shifts an image onto itself
image a := RealImage("", 4, 6, 1)
a = icol
a[0, 1, 1, 6] = a[0, 0, 1, 5]
result(sum(a[1, 0]) + " " + sum(a[5, 0]) + " " + sum(a))
//> 0 4 10
//# an assignment that mirrors an image onto itself
image a := RealImage("", 4, 6, 1)
a = icol
a = a[iwidth - 1 - icol, 0]
result(sum(a[0, 0]) + " " + sum(a[5, 0]))
//> 5 0
//# an expression without size
image a = icol //! 11 runtime error: the size of this expression is not known; assign to an image that has one, or use ExprSize(width, height, expression)
//# ExprSize gives a size
image a = ExprSize(4, 3, icol * irow)
result(sum(a))
//> 18
//# ExprSize in three dimensions
image a = ExprSize(2, 2, 3, iplane)
result(sum(a))
//> 12
//# index expressions permute axes
image a := RealImage("", 4, 2, 3, 4), b := RealImage("", 4, 4, 2, 3)
a = icol + 10 * irow + 100 * iplane
b = a[irow, iplane, icol]
result(sum(b[3, 1, 2]))
//> 321
//# index expressions on the left reduce
image a := RealImage("", 4, 4, 3), line := RealImage("", 4, 4, 1)
a = irow + 1
line[icol, 0] += a
result(sum(line[0, 0]) + " " + sum(line))
//> 6 24
//# index expressions on the left reduce a stack
image a := RealImage("", 4, 2, 2, 5), p := RealImage("", 4, 2, 2)
a = iplane
p[icol, irow] += a
result(sum(p[1, 1]))
//> 10
//# index expressions write a plane
image cube := RealImage("", 4, 2, 2, 3), layer := RealImage("", 4, 2, 2)
layer = icol + 1
cube[icol, irow, 1] = layer
result(sum(cube) + " " + sum(cube[0, 0, 1, 2, 2, 2]))
//> 6 6
//# an index expression outside reads the pixel at the edge
image a := RealImage("", 4, 3, 1), b := RealImage("", 4, 3, 1)
a = icol + 1
b = a[icol + 1, irow]
result(b.GetPixel(0, 0) + " " + b.GetPixel(1, 0) + " " + b.GetPixel(2, 0))
b = a[icol - 7, irow]
result(" " + sum(b))
//> 2 3 3 3
//# an index expression outside cannot be written to
image a := RealImage("", 4, 2, 2)
a[icol + 1, irow] = 1 //! 19 runtime error: index expression 0 goes from 1 to 2; expected 0 to 1
//# a histogram by index expressions
image a := RealImage("", 4, 4, 4), h := RealImage("", 4, 4, 1)
a = icol
h[a, 0] += 1
result(sum(h) + " " + sum(h[2, 0]))
//> 16 4
//# slice2 on the left
image a := RealImage("", 4, 3, 2, 4), b := RealImage("", 4, 3, 2)
b = 2
slice2(a, 0, 0, 1, 0, 3, 1, 1, 2, 1) = b
result(sum(a) + " " + sum(a[0, 0, 1, 3, 2, 2]))
//> 12 12
//# slice1 on the right
image a := RealImage("", 4, 3, 2, 4)
a = iplane
result(sum(slice1(a, 0, 0, 0, 2, 4, 1)))
//> 6
//# slices as methods, on both sides
image a := RealImage("", 4, 3, 2, 4)
a.slice2(0, 0, 0, 0, 3, 1, 2, 4, 1) += 1
result(sum(a))
//> 12
//# a slice backwards
image a := RealImage("", 4, 4, 1)
a = icol
image b = a.slice1(3, 0, 0, 0, 4, -1)
result(sum(b[0, 0]) + " " + sum(b[3, 0]))
//> 3 0
//# an image literal
image a := [3, 2]: { {1, 2, 3}, {4, 5, 6} }
result(sum(a) + " " + sum(a[2, 0]) + " " + sum(a[0, 1]))
//> 21 3 4
//# an image literal over lines
image a := [2, 2]: {
  {1, 2},
  {3, 4}
}
result(sum(a))
//> 10
//# an image literal with expressions
number n = 3
image a := [2, 1]: { {n, -n * 2} }
result(sum(a))
//> -3
//# an image literal with too few values
image a := [2, 2]: { {1, 2} } //! 12 runtime error: the values do not fill the image; got 2 values; expected 4
//# complex images
image a := ComplexImage("", 8, 2, 2)
a = complex(icol, irow)
result(sum(real(a)) + " " + sum(imaginary(a)))
//> 2 2
//# complex pixels do not fit a real image
image a := RealImage("", 4, 2, 2)
a = a * complex(0, 1) //! 3 runtime error: complex values do not fit an image of type 4-byte real; use real(), imaginary(), modulus() or phase()
//# an image that is not there
image a
result(sum(a)) //! 8 runtime error: ...
//# setting pixels of an image that is not there
image a
a[0, 0] = 1 //! 9 runtime error: an image is used that is not there; assign one to the variable with := first
//# an image as condition
image a
if (!a) result("none ")
a := RealImage("", 4, 1, 1)
if (a) result("there")
//> none there
//# assigning NULL lets an image go
image a := RealImage("", 4, 1, 1)
a = NULL
if (!a) result("gone")
//> gone
//# a pixel in a condition
image a := RealImage("", 4, 2, 2)
a[1, 1] = 5
if (a[1, 1] > 4) result("yes")
//> yes
//# many pixels in a condition
image a := RealImage("", 4, 2, 2)
if (a > 4) result("yes") //! 7 runtime error: a condition needs one number, not an image; got 4 pixels; use sum(), min() or max()
//# := of a number to an image
image a := 5 //! 12 type error: ':=' binds an image, not a number; use = to set pixels
//# a text for an image
image a := RealImage("", 4, 2, 2)
a = "text" //! 5 type error: string given where an image is needed
//# compound assignment to an image
image a := RealImage("", 4, 2, 2)
a += 3; a *= 2; a -= 1; a /= 5
result(sum(a))
//> 4
//# a step on an image
image a := RealImage("", 4, 2, 2)
a++
result(sum(a))
//> 4
//# minus an image
image a := RealImage("", 4, 2, 2)
a = 3
a = -a
result(sum(a))
//> -12
//# an expression as argument
image a := RealImage("", 4, 2, 2)
a = 3
result(sum(a * a - 1))
//> 32
//# parts of an expression are worked out once
number count
image make() { count++; return RealImage("", 4, 300, 300) }
image a = make() + 1
result(count + " " + sum(a))
//> 1 90000
//# a line takes the place of a row
image a := RealImage("", 4, 4), b := RealImage("", 4, 4, 1)
a = icol
b = a
result(sum(b))
//> 6
//# four dimensions
image a := RealImage("", 4, 2, 3, 4, 5)
a = iplane
result(sum(a))
//> 180
//# colours
image a := RGBImage("", 4, 2, 2)
a = rgb(10, 20, 30)
result(sum(red(a)) + " " + sum(green(a)) + " " + sum(blue(a)))
//> 40 80 120
//# binary images
image a := BinaryImage("", 4, 4)
a = icol > 1
result(sum(a) + " " + ImageGetDataType(a))
//> 8 14
//# unsigned integers wrap
image a := IntegerImage("", 1, 0, 2, 1)
a = -1
result(max(a))
//> 255
//# not a number becomes zero in an integer image
image a := IntegerImage("", 2, 1, 2, 1)
a = sqrt(-1 - icol)
result(sum(a))
//> 0
//# too large a volume for the limit
//@ memory_bytes=1000
image a = ExprSize(100, 100, icol) //! 11 limit: too much memory for images; ...
//# warp reads between the pixels
image a := RealImage("", 4, 4, 4), b := RealImage("", 4, 4, 4)
a = icol + 10 * irow
b = warp(a, icol + 0.5, irow)
result(sum(b[0, 0]) + " " + sum(b[1, 2]))
//> 0.5 21.5
//# warp gives zero outside
image a := RealImage("", 4, 4, 4), b := RealImage("", 4, 4, 4)
a = 1
b = warp(a, icol + 2, irow)
result(sum(b))
//> 8
//# index expressions enlarge
image a := RealImage("", 4, 2, 2), b := RealImage("", 4, 4, 4)
a = icol
b = a[icol / 2, irow / 2]
result(sum(b))
//> 8
//# rows are added one after another
image rows := RealImage("", 4, 3, 2), line := RealImage("", 4, 3, 1), frame := RealImage("", 4, 3, 4)
frame = icol
rows[icol, 1] += frame
line += rows[icol, 1]
result(sum(line))
//> 12
//# a large image is turned upside down in place
image a := RealImage("", 4, 512, 512), b := RealImage("", 4, 512, 512)
a = irow
b = iheight - 1 - irow
a = a[icol, iheight - 1 - irow]
result(sum(abs(a - b)))
//> 0
//# a large stack is shifted by one plane in place
image a := RealImage("", 4, 300, 300, 4)
a = iplane
a[0, 0, 1, 300, 300, 4] = a[0, 0, 0, 300, 300, 3] + 10
result(sum(a[0, 0, 0]) + " " + sum(a[5, 299, 1]) + " " + sum(a[5, 299, 2]) + " " + sum(a[5, 299, 3]))
//> 0 10 11 12
