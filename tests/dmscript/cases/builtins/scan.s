//# parameters of a scan
number id = DSCreateParameters(128, 64, 30, 2.5, 1)
result(DSParametersExist(id)+" "+DSGetWidth(id)+" "+DSGetHeight(id)+" "+DSGetRotation(id)+" "+DSGetPixelTime(id)+" "+DSGetLineSynch(id)+" ")
DSDeleteParameters(id)
result(DSParametersExist(id)+" "+DSGetWidth(3))
//> 1 128 64 30 2.5 1 0 1024
//# signals
number id = DSCreateParameters(128, 128, 0, 2, 0)
result(DSSetParametersSignal(id, 1, 2, 1, 0)+" "+DSGetSignalAcquired(id, 0)+" "+DSGetSignalAcquired(id, 1)+" "+DSGetSignalName(1)+" ")
DSSetParametersSignal(id, 1, 2, 0, 0)
result(DSGetSignalAcquired(id, 1))
//> 1 0 1 BF 0
//# control
DSSetScanControl(1)
DSSetRotation(12)
DSSetFlybackTime(100)
DSStopAcquisition(-1)
image img := RealImage("", 4, 2, 2)
result(DSHasScanControl()+" "+DSGetRotation()+" "+DSGetFlybackTime()+" "+DSIsAcquisitionActive()+" "+DSIsValidDSImage(img))
//> 1 12 100 0 0
//# a scan without pixels
DSCreateParameters(0, 10, 0, 2, 0)  //! 1 runtime error: a scan needs pixels and time for each; got 0 x 10 px, 2 µs; expected 1 or more each way, and above 0 µs
//# parameters that there are not
DSGetWidth(77)  //! 1 runtime error: there are no such scan parameters; got 77; expected one of 1, 2, 3
//# a scan needs a scan unit
DSStartAcquisition(DSCreateParameters(8, 8, 0, 2, 0), 0, 1)  //! 1 not implemented: DSStartAcquisition...
