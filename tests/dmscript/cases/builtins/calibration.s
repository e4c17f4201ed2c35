//# scale, origin and units of a dimension
image a := RealImage("a",4,10,10)
a.ImageSetDimensionScale(0,0.5)
a.ImageSetDimensionOrigin(0,-1)
a.ImageSetDimensionUnitString(0,"nm")
result(a.ImageGetDimensionScale(0)+" "+a.ImageGetDimensionOrigin(0)+" "+a.ImageGetDimensionUnitString(0)+" "+a.ImageGetDimensionScale(1))
//> 0.5 -1 nm 1
//# origin in pixels and in units
image a := RealImage("a",4,10,10)
a.ImageSetDimensionCalibration(0,2,0.5,"nm",0)
number o,s
string u
a.ImageGetDimensionCalibration(0,o,s,u,1)
result(o+" "+s+" "+u+"; ")
a.ImageGetDimensionCalibration(0,o,s,u,0)
result(o)
//> -1 0.5 nm; 2
//# both directions at once
image a := RealImage("a",4,10,10)
number x,y
a.SetScale(2,3)
a.SetOrigin(4,5)
a.SetUnitString("um")
a.GetScale(x,y)
result(x+" "+y+" ")
a.GetOrigin(x,y)
result(x+" "+y+" "+a.GetUnitString()+" "+a.ImageGetDimensionOrigin(0))
//> 2 3 4 5 um -8
//# copied
image a := RealImage("a",4,10,10)
image b := RealImage("b",4,10,10)
a.SetScale(2,3)
a.ImageSetIntensityUnitString("e-")
b.ImageCopyCalibrationFrom(a)
result(b.ImageGetDimensionScale(1)+" "+b.ImageGetIntensityUnitString())
//> 3 e-
//# a dimension that is not there
image a := RealImage("a",4,10,10)
a.ImageSetDimensionScale(2,1) //! 3 runtime error: image 'a' has no dimension 2; expected 0 to 1
//# a part keeps its calibration
image a := RealImage("a",4,10,10)
a.ImageSetDimensionCalibration(0,100,5,"eV",1)
image b := a[0,4,10,8]
result(b.ImageGetDimensionOrigin(0)+" "+b.ImageGetDimensionScale(0)+" "+b.ImageGetDimensionUnitString(0))
//> 120 5 eV
//# units of the intensity, and whether a dimension is calibrated
image a := RealImage("a",4,4,4)
a.ImageSetIntensityUnitInfo("e-",0)
a.ImageSetDimensionCalibration(0,0,2,"nm",0)
result(a.ImageGetIntensityUnitString()+" "+a.ImageIsDimensionCalibrationDisplayed(0)+a.ImageIsDimensionCalibrationDisplayed(1))
//> e- 10
