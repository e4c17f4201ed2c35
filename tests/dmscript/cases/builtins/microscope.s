//# focus in steps, and in nm
EMSetFocus(100)
result(EMGetFocus()+" "+EMGetCalibratedFocus()+"\n")
EMChangeFocus(10)
EMChangeFocus(-30)
result(EMGetFocus()+" "+EMGetCalibratedFocus()+"\n")
EMSetCalibratedFocus(-20)
EMChangeCalibratedFocus(5)
result(EMGetFocus()+" "+EMGetCalibratedFocus())
//> 100 50
//> 80 40
//> -30 -15
//# the lens has its range
EMSetFocus(1e6)  //! 1 runtime error: objective lens: defocus is out of range; got 500000 nm; expected -20000 to 20000 nm
//# beam
EMSetBeamBlanked(1)
image dark := SSCDarkSubtractedAcquire(0.05, 0, 0, 64, 96)
result(EMHasBeamBlanker()+" "+EMGetBeamBlanked()+" "+(abs(mean(dark)) < 5)+" ")
EMSetBeamBlanked(0)
EMSetBrightness(30000)
EMChangeBrightness(-10000)
number b
EMGetBrightness(b)
result(EMGetBeamBlanked()+" "+EMGetBrightness()+" "+b)
//> 1 1 1 0 20000 20000
//# brightness has its range
EMSetBrightness(70000)  //! 1 runtime error: the brightness is out of range; got 70000; expected 0 to 65535
//# shifts, x first
number x, y
EMSetImageShift(10, -20)
EMChangeImageShift(1, 2)
EMGetImageShift(x, y)
result(x+" "+y+", ")
EMSetBeamShift(3, 4)
EMChangeCalibratedBeamShift(1, 1)
EMGetCalibratedBeamShift(x, y)
result(x+" "+y)
//> 11 -18, 4 5
//# stage in micrometres and degrees
EMSetStageX(2)
EMSetStageXY(1.5, -2.5)
EMSetStageZ(0.25)
EMSetStageAlpha(-30)
EMSetStageBeta(5)
number x, y
EMGetStageXY(x, y)
result(EMGetStageX()+" "+EMGetStageY()+" "+EMGetStageZ()+" "+EMGetStageAlpha()+" "+EMGetStageBeta()+" "+x+" "+y)
//> 1.5 -2.5 0.25 -30 5 1.5 -2.5
//# several axes of the stage
number x=9, y=9, z=9, a=9, b=9
EMSetStagePositions(1+8, 3, 4, 5, 6, 7)
EMGetStagePositions(1+2+8, x, y, z, a, b)
result(x+" "+y+" "+z+" "+a+" "+b)
//> 3 0 9 6 9
//# the stage has its range
EMSetStageAlpha(90)  //! 1 runtime error: stage: tilt is out of range; got 90 deg; expected -70 to 70 deg
//# every move waits
EMSetStageX(1)
EMWaitUntilReady()
EMStopStage()
result(EMIsReady())
//> 1
