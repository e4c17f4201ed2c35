//# functions of one number
result(sqrt(16)+" "+abs(-3)+" "+floor(-1.5)+" "+ceil(1.2)+" "+trunc(-1.7)+" "+round(2.5)+" "+round(-2.5))
//> 4 3 -2 2 -1 3 -3
//# logarithms and powers
result(log10(1000)+" "+log2(8)+" "+exp(0)+" "+exp10(2)+" "+log(exp(1)))
//> 3 3 1 100 1
//# angles
result(format(atan2(1,1)*4,"%.5f")+" "+format(cos(Pi()),"%.0f")+" "+format(asin(1)*2,"%.5f"))
//> 3.14159 -1 3.14159
//# where C gives no number
result(isNaN(sqrt(-1))+" "+isInfinite(log(0))+" "+isNaN(asin(2)))
//> 1 1 1
//# the larger and the smaller of two and three
result(max(1,2)+" "+min(1,2)+" "+max(1,3,2)+" "+min(3,1,2))
//> 2 1 3 1
//# remainders take the sign of the first
result(mod(7,3)+" "+mod(-7,3)+" "+remainder(7.5,2))
//> 1 -1 1.5
//# tert of numbers
result(tert(1,"yes","no")+" "+tert(0,1,2))
//> yes 2
//# complex numbers
complexnumber z = complex(3,4)
result(abs(z)+" "+modulus(z)+" "+real(z)+" "+imaginary(z)+" "+conjugate(z)+" "+norm(z))
//> 5 5 3 4 3 - 4 i 25
//# the root of a complex number
result(sqrt(complex(-4,0)))
//> 0 + 2 i
//# colours
rgbnumber c = rgb(1,2,300)
result(red(c)+" "+green(c)+" "+blue(c))
//> 1 2 255
//# format
result(format(3.14159,"%5.2f")+"|"+format(42,"%05i")+"|"+format(255,"%x")+"|"+format(0.00012,"%g")+"|"+format(7,"n=%d!"))
//>  3.14|00042|ff|0.00012|n=7!
//# format of a text and of a value as text
result(format("a","%3s")+"|"+format(1.5,"%s")+"|"+format(12,"%e"))
//>   a|1.5|1.200000e+01
//# format of a whole number cuts its fraction
result(format(2.9,"%d")+" "+format(-2.9,"%i"))
//> 2 -2
//# numbers from text
result(val("2.5 nm")+" "+val("abc")+" "+val("-1e3")+" "+val("0x10"))
//> 2.5 0 -1000 16
//# other bases
result(hex(255)+" "+binary(10,8)+" "+octal(8)+" "+decimal(12)+" "+BaseN(35,36,1))
//> FF 00001010 10 12 Z
//# other bases back
result(hex("ff")+" "+binary("1010")+" "+octal("17"))
//> 255 10 15
//# a text that is no number in a base
result(binary("12")) //! 8 runtime error: '12' is no number in base 2
//# random numbers stay in their range, and differ pixel by pixel
image a := RealImage("a",4,50,50)
a = random()
result((min(a) >= 0)+" "+(max(a) < 1)+" "+(variance(a) > 0.05))
//> 1 1 1
//# gaussian random numbers
image a := RealImage("a",8,200,200)
a = gaussianrandom()
result((abs(mean(a)) < 0.05)+" "+(abs(variance(a)-1) < 0.05))
//> 1 1
