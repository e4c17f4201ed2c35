//# the active camera
number id = CameraGetActiveCameraID(), w, h, x, y
CameraGetSize(id, w, h)
CameraGetPixelSize(id, x, y)
result(CameraGetName(id)+" "+w+" x "+h+" "+x+" "+y+" "+CameraGetInserted(id))
//> Virtual CCD 96 x 64 15 15 1
//# default parameters are those of Record
number exposure, xBin, yBin, processing, t, l, b, r
CameraGetDefaultParameters(CameraGetActiveCameraID(), exposure, xBin, yBin, processing, t, l, b, r)
result(exposure+" "+xBin+" "+yBin+" "+processing+" "+t+" "+l+" "+b+" "+r)
//> 1 1 1 3 0 0 64 96
//# numbers of processings
result(CameraGetUnprocessedEnum()+" "+CameraGetDarkSubtractedEnum()+" "+CameraGetGainNormalizedEnum())
//> 1 2 3
//# frames
number id = CameraGetActiveCameraID()
CameraPrepareForAcquire(id)
image a := CameraAcquire(id)
image b := CameraAcquire(id, 0.01)
image c := CameraAcquire(id, 0.01, 4, 2, CameraGetUnprocessedEnum())
image d := CameraAcquire(id, 0.01, 2, 2, 3, 0, 32, 16, 64)
result(a.ImageGetDimensionSize(0)+" "+b.ImageGetDataTypeName()+" "+c.ImageGetDimensionSize(0)+" x "+c.ImageGetDimensionSize(1)+" "+c.ImageGetDataTypeName()+" "+d.ImageGetDimensionSize(0)+" x "+d.ImageGetDimensionSize(1))
//> 96 4-byte real 24 x 32 2-byte unsigned integer 16 x 8
//# in place
number id = CameraGetActiveCameraID()
image img := CameraCreateImageForAcquire(id, 2, 2, 1)
CameraAcquireInPlace(id, img, 0.02, 2, 2, 1)
result(img.ImageGetDataTypeName()+" "+img.ImageGetDimensionSize(0)+" "+(mean(img) > 50))
//> 2-byte unsigned integer 48 1
//# preparing inserts the camera
number id = CameraGetActiveCameraID()
CameraSetInserted(id, 0)
number before = CameraGetInserted(id)
CameraPrepareForAcquire(id)
result(before+" "+CameraGetInserted(id))
//> 0 1
//# a camera that runs on
number id = CameraGetActiveCameraID()
image img := CameraCreateImageForAcquire(id, 1, 1, 3)
CameraStartContinuousAcquisition(id, 0.01, 1, 1, 3)
number one = CameraGetFrameInContinuousMode(id, img, 1)
number first = sum(img)
CameraGetFrameInContinuousMode(id, img, 1)
result(one+" "+(sum(img) != first)+" "+CameraGetFrameInContinuousMode(id, img, 0.001))
CameraStopContinuousAcquisition(id)
CameraGetFrameInContinuousMode(id, img, 1)  //! 1 runtime error: camera 'Virtual CCD' does not run on; call CameraStartContinuousAcquisition first
//> 1 1 0
//# there is one camera
CameraGetName(1)  //! 1 runtime error: there is no camera with the ID 1; expected an ID from 0 to 0
