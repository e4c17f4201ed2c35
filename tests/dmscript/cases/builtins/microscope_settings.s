//# magnification
result(EMGetMagnification()+" "+EMGetMagIndex()+" ")
EMSetMagIndex(1)
result(EMGetMagnification()+" ")
EMSetMagnification(100000)
number times, um
result(EMGetMagIndex()+" "+EMGetMagnification()+" "+EMGetCalibratedMag("", NULL, times, 0)+times+" "+EMGetCalibratedFieldOfView("", NULL, um, 0)+um+" "+EMCanGetMagnification())
//> 30000 29 50 34 100000 1100000 10.0144 1
//# an index that there is not
EMSetMagIndex(0)  //! 1 runtime error: there is no such magnification; got index 0; expected 1 to 60
//# high tension in volts
result(EMGetHighTension()+" ")
EMSetBeamEnergy(80000)
result(EMGetHighTension()+" "+EMCanGetHighTension())
//> 200000 80000 1
//# no microscope has that
EMSetBeamEnergy(200)  //! 1 runtime error: no microscope has that high tension; got 200 V; expected e.g. 200000 V
//# single settings
EMSetSpotSize(3)
EMSetCameraLength(200)
EMSetScreenPosition(0)
EMSetImagingOpticsMode("MAG1")
number mm
result(EMGetSpotSize()+" "+EMGetCameraLength()+" "+EMGetCalibratedCameraLength("", NULL, mm, 0)+mm+" "+EMGetScreenPosition()+" "+EMGetImagingOpticsMode()+" "+EMGetIlluminationMode()+" "+EMGetIlluminationSubMode()+" "+EMGetOperationMode()+" "+EMGetMicroscopeName())
//> 3 200 1200 0 MAG1 TEM TEM IMAGING simulated
//# pairs
number x, y
EMSetBeamTilt(1, 2)
EMChangeTilt(3, 3)
EMChangeBeamTilt(-1, 0)
EMGetBeamTilt(x, y)
result(x+" "+y+", ")
EMSetObjectiveStigmation(7, 8)
EMGetCalibratedObjectiveStigmation(x, y)
result(x+" "+y+", ")
EMSetProjectorShift(5, 6)
EMGetProjectorShift(x, y)
result(x+" "+y+", ")
EMGetCondensorStigmation(x, y)
result(x+" "+y)
//> 3 5, 7 8, 5 6, 0 0
//# lists of modes
TagGroup modes = EMGetImagingOpticsModes()
string first
modes.TagGroupGetIndexedTagAsString(0, first)
result(modes.TagGroupCountTags()+" "+first)
//> 2 IMAGING
