//# every kind of image has its data type
result(RealImage("a",4,2,2).ImageGetDataType() + " " + RealImage("a",8,2,2).ImageGetDataType() + " ")
result(ComplexImage("a",8,2,2).ImageGetDataType() + " " + ComplexImage("a",16,2,2).ImageGetDataType() + " ")
result(IntegerImage("a",1,0,2).ImageGetDataType() + " " + IntegerImage("a",1,1,2).ImageGetDataType() + " ")
result(IntegerImage("a",2,0,2).ImageGetDataType() + " " + IntegerImage("a",2,1,2).ImageGetDataType() + " ")
result(IntegerImage("a",4,0,2).ImageGetDataType() + " " + IntegerImage("a",4,1,2).ImageGetDataType() + " ")
result(BinaryImage("a",2,2).ImageGetDataType() + " " + RGBImage("a",4,2,2).ImageGetDataType())
//> 2 12 3 13 6 9 10 1 11 7 14 23
//# a size that no type has
image a := RealImage("a",3,2,2) //! 12 runtime error: there is no real image of 3 bytes; expected 4 or 8
//# a code that no type has
image a := NewImage("a",99,2,2) //! 12 runtime error: 99 is no data type of an image; expected one of 1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 23, 39, 40
//# an image without pixels
image a := RealImage("a",4,0,2) //! 12 runtime error: an image cannot be 0 × 2 pixels large; expected 1 or more
//# sizes along all dimensions
image a := RealImage("a",4,7,5,3)
number x,y,z
a.Get3DSize(x,y,z)
result(x+" "+y+" "+z+" "+a.ImageGetNumDimensions()+" "+a.ImageGetDimensionSize(1))
//> 7 5 3 3 5
//# a flat image has one plane
image a := RealImage("a",4,7,5)
number x,y,z
Get3DSize(a,x,y,z)
result(x+" "+y+" "+z)
//> 7 5 1
//# a real number loses its fraction in an integer image
image a := IntegerImage("a",2,1,2,1)
a[0,0] = 2.9
a[1,0] = -2.9
result(a.GetPixel(0,0)+" "+a.GetPixel(1,0))
//> 2 -2
//# rounding to the nearest can be asked for
//@ rounding=nearest
image a := IntegerImage("a",2,1,2,1)
a[0,0] = 2.9
a[1,0] = -2.4
result(a.GetPixel(0,0)+" "+a.GetPixel(1,0))
//> 3 -2
//# what does not fit wraps round
image a := IntegerImage("a",1,1,2,1)
a[0,0] = 128
a[1,0] = 300
result(a.GetPixel(0,0)+" "+a.GetPixel(1,0))
//> -128 44
//# stopping at the end of the range can be asked for
//@ overflow=clip
image a := IntegerImage("a",1,1,2,1)
a[0,0] = 128
a[1,0] = -300
result(a.GetPixel(0,0)+" "+a.GetPixel(1,0))
//> 127 -128
//# complex values do not fit a real image
image a := RealImage("a",4,2,2)
image b := ComplexImage("b",8,2,2)
a = b //! 3 runtime error: complex values do not fit an image of type 4-byte real; use real(), imaginary(), modulus() or phase()
//# a type can be changed in place
image a := RealImage("a",4,2,2)
a = 3.7
a.ConvertToLong()
result(a.ImageGetDataType()+" "+sum(a))
//> 7 12
//# changing to a code
image a := IntegerImage("a",2,1,2,2)
a = 1000
a.ImageChangeDataType(6)
result(a.GetPixel(1,1))
//> 232
//# what an image is
image a := IntegerImage("a",2,0,2,2)
result(a.ImageIsDataTypeReal()+" "+a.IsIntegerDataType(2,0)+" "+a.IsIntegerDataType(2,1)+" "+a.ImageIsDataTypeComplex())
//> 0 1 0 0
//# a clone has its own pixels
image a := RealImage("a",4,2,2)
image b := a.ImageClone()
b = 1
result(sum(a)+" "+sum(b)+" "+b.GetName())
//> 0 4 a
//# names
image a := RealImage("first",4,2,2)
a.SetName("second")
result(a.GetName()+" "+GetName(a))
//> second second
//# an image by its id
image a := RealImage("a",4,2,2)
a = 5
image b := GetImageFromID(a.ImageGetID())
result(b.GetPixel(0,0)+" "+DoesImageExist(a.ImageGetID())+" "+DoesImageExist(-1))
//> 5 1 0
//# a deleted image is not valid
image a := RealImage("a",4,2,2)
DeleteImage(a)
result(ImageIsValid(a))
//> 0
//# an image that was never made is not valid
image a
result(ImageIsValid(a))
//> 0
//# a pixel beyond the image
image a := RealImage("a",4,2,2)
result(a.GetPixel(2,0)) //! 10 runtime error: [2,0] reaches beyond the image: image 'a' is 2 × 2 pixels large
//# pixels of a complex image
image a := ComplexImage("a",8,2,2)
a.SetPixel(0,1,complex(1,-2))
result(a.GetPixel(0,1))
//> 1 - 2 i
//# resized in place
image a := RealImage("a",4,2,2)
a = 1
a.ImageResize(2,3,4)
number x,y
a.GetSize(x,y)
result(x+" "+y+" "+sum(a))
//> 3 4 4
//# a new image of each dimension
result(RealImage("a",4,5).ImageGetNumDimensions()+" "+RealImage("a",4,5,4,3,2).ImageGetNumDimensions())
//> 1 4
//# bits of a pixel
result(RealImage("a",4,2,2).ImageGetDataElementBitSize()+" "+BinaryImage("b",2,2).ImageGetDataElementBitSize()+" "+ImageDataTypeIsComplex(ComplexImage("c",8,2,2)))
//> 32 1 1
