// Lecture "3-dimensional images", slide "Creation of an image stack": one stack of each kind.
// Spelling corrected: the slide names every variable `stack`; a script can declare a name only once, so each has
// a name of its own here.
// Completed (not on the slide): the sizes, and what is printed at the end.
// Run: temstack script run create_stacks.s

number sx = 64
number sy = 48
number sz = 5

// Create a stack of sz real single precision images of size sx x sy:
RealImage real_stack := Realimage("Stack", 4, sx, sy, sz);

// Create a stack of sz real double precision complex images of size sx x sy:
ComplexImage complex_stack := Compleximage("Stack", 16, sx, sy, sz);

// Create a stack of sz 2-byte signed integer images of size sx x sy:
RealImage short_stack := Integerimage("Stack", 2, 1, sx, sy, sz);

// Create a stack of sz 1-byte unsigned integer images of size sx x sy:
RealImage byte_stack := Integerimage("Stack", 1, 0, sx, sy, sz);

void describe(image stack)
{
    result(stack.ImageGetDataTypeName() + ": data type " + stack.ImageGetDataType() + ", " \
        + stack.ImageGetDataElementByteSize() * stack.ImageGetDimensionSize(0) * stack.ImageGetDimensionSize(1) \
        * stack.ImageGetDimensionSize(2) + " bytes\n")
}

describe(real_stack)
describe(complex_stack)
describe(short_stack)
describe(byte_stack)
