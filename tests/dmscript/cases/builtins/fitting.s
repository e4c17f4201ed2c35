//# a parabola is found again
image data := NewImage("data",2,100)
data = 500.5-icol*11.1+icol*icol*0.11
image errors := data.ImageClone()
errors = 1
image pars := NewImage("pars",2,3)
image toFit := NewImage("to fit",2,3)
pars = 10
toFit = 1
number chi = 1e6
number ok = FitFormula("p0 + p1*x + p2*x**2", data, errors, pars, toFit, chi, 0.00001)
result(ok+" "+format(pars.GetPixel(0,0),"%.1f")+" "+format(pars.GetPixel(1,0),"%.2f")+" "+format(pars.GetPixel(2,0),"%.3f")+" "+(chi<0.01))
image plot := PlotFormula("p0 + p1*x + p2*x**2", data, pars)
result(" "+(max(abs(plot-data))<0.01))
//> 1 500.5 -11.10 0.110 1 1
//# functions of the language within a formula, and a parameter that stays
image data := NewImage("data",2,64)
data = 4*exp(-(icol-20)**2/(2*5**2))
image errors := data.ImageClone(), pars := NewImage("pars",2,3), toFit := NewImage("to fit",2,3)
errors = 1
pars[0,0,1,1] = 1
pars[0,1,1,2] = 25
pars[0,2,1,3] = 5
toFit = 1
toFit[0,2,1,3] = 0
number chi
FitFormula("p0*exp(-(x-p1)^2/(2*p2^2))", data, errors, pars, toFit, chi, 1e-6)
result(format(pars.GetPixel(0,0),"%.3f")+" "+format(pars.GetPixel(1,0),"%.3f")+" "+pars.GetPixel(2,0))
//> 4.000 20.000 5
//# the error function that an edge is fitted by
image data := NewImage("data",2,64)
data = 3*0.5*(1+erf((icol-30)/(sqrt(2)*4)))
image errors := data.ImageClone(), pars := NewImage("pars",2,3), toFit := NewImage("to fit",2,3)
errors = 1
pars = 5
pars.SetPixel(2,0,32)
toFit = 1
number chi
number ok = FitFormula("p0*0.5*(1+erf((x-p2)/(sqrt(2)*p1)))", data, errors, pars, toFit, chi, 0.00001)
result(ok+" "+format(pars.GetPixel(0,0),"%.3f")+" "+format(abs(pars.GetPixel(1,0)),"%.3f")+" "+format(pars.GetPixel(2,0),"%.3f"))
//> 1 3.000 4.000 30.000
//# pixels with error 0 are left out
image data := NewImage("data",2,20)
data = icol < 10 ? 2 : 100
image errors := data.ImageClone(), pars := NewImage("pars",2,1), toFit := NewImage("to fit",2,1)
errors = icol < 10
pars = 1
toFit = 1
number chi
FitFormula("p0", data, errors, pars, toFit, chi, 1e-5)
result(format(pars.GetPixel(0,0),"%.4f"))
//> 2.0000
//# a name that a formula does not know
image data := NewImage("data",2,20), pars := NewImage("pars",2,1)
image p := PlotFormula("p0*z", data, pars) //! 12 runtime error: formula 'p0*z': 'z' has no meaning in it; expected x, y, p0, p1, …
//# a function that a formula does not know
image data := NewImage("data",2,20), pars := NewImage("pars",2,1)
image p := PlotFormula("p0*OkDialog(x)", data, pars) //! 12 runtime error: formula 'p0*OkDialog(x)': there is no function 'OkDialog' of numbers for it
//# a formula that is none
image data := NewImage("data",2,20), pars := NewImage("pars",2,1)
image p := PlotFormula("p0*", data, pars) //! 12 runtime error: formula 'p0*': ...
//# too few parameters
image data := NewImage("data",2,20), pars := NewImage("pars",2,1)
image p := PlotFormula("p0+p3", data, pars) //! 12 runtime error: formula 'p0+p3' has 4 parameters; got images of 1 and 1
