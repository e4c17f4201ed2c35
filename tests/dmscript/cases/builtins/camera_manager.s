//# the current camera
object camera = CM_GetCurrentCamera()
number w, h, x, y
CM_CCD_GetSize(camera, w, h)
camera.CM_CCD_GetPixelSize_um(x, y)
result(CM_GetCameraName(camera)+" "+w+" x "+h+" "+x+" "+y+"\n")
result(CM_GetCameraInserted(camera)+" "+CM_IsCameraRetractable(camera)+" "+CM_GetCameraIdentifier(camera)+" "+CM_GetCameraControllerClass(camera)+" "+CM_CountShutters(camera))
//> Virtual CCD 96 x 64 15 15
//> 1 1 simulated:0 SimulatedCamera 2
//# cameras and parameters are objects
object camera, none
result(camera.ScriptObjectIsValid())
camera = CM_GetCurrentCamera()
object p = CM_CreateAcquisitionParameters_FullCCD(camera, 3, 1, 1, 1)
result(""+ScriptObjectIsValid(camera)+ScriptObjectIsValid(p)+ScriptObjectIsValid(none))
//> 0110
//# all cameras
object manager = CM_GetCameraManager()
foreach (object camera; CM_GetCameras(manager)) { CM_SelectCamera(manager, camera); result(camera.CM_GetCameraName()) }
//> Virtual CCD
//# another name
object camera = CM_GetCurrentCamera()
CM_SetCameraName(camera, "our camera")
result(CM_GetCurrentCamera().CM_GetCameraName()+" "+CameraGetName(0))
//> our camera our camera
//# insert and retract
object camera = CM_GetCurrentCamera()
CM_SetCameraInserted(camera, 0)
result(CM_GetCameraInserted(camera))
CM_SetCameraInserted(camera, 1)
result(CM_GetCameraInserted(camera))
//> 01
//# frames, new and in place
object camera = CM_GetCurrentCamera()
object p = CM_CreateAcquisitionParameters_FullCCD(camera, 1, 0.02, 2, 2)
image img := CM_CreateImageForAcquire(camera, p, "frame")
result(img.GetName()+" "+img.ImageGetDataTypeName()+" "+img.ImageGetDimensionSize(0)+" x "+img.ImageGetDimensionSize(1)+" "+img.ImageGetDimensionScale(1)+"\n")
CM_AcquireImage(camera, p, img)
image other := CM_AcquireImage(camera, p)
result((mean(img) > 50)+" "+(abs(mean(img)/mean(other)-1) < 0.1))
//> frame 2-byte unsigned integer 48 x 32 1
//> 1 1
//# tags of a frame
image img := CM_AcquireImage(CM_GetCurrentCamera(), CM_CreateAcquisitionParameters(CM_GetCurrentCamera(), 3, 0.05, 2, 4, 0, 16, 32, 48))
number exposure, x, y, left, volt
string processing
img.GetNumberNote("Acquisition:Parameters:High Level:Exposure (s)", exposure)
img.GetNumberNote("Acquisition:Parameters:High Level:Binning:[0]", x)
img.GetNumberNote("Acquisition:Parameters:High Level:Binning:[1]", y)
img.GetNumberNote("Acquisition:Parameters:High Level:CCD Read Area:[1]", left)
img.GetNumberNote("Microscope Info:Voltage", volt)
img.GetStringNote("Acquisition:Parameters:High Level:Processing", processing)
result(exposure+" "+x+" "+y+" "+left+" "+volt+" "+processing)
//> 0.05 2 4 16 200000 Gain Normalized
//# tags for another image
object camera = CM_GetCurrentCamera()
image img := RealImage("", 4, 5, 5)
CM_WriteAcquisitionTagsToImage(img, camera, CM_CreateAcquisitionParameters_FullCCD(camera, 2, 0.25, 1, 1))
number exposure
img.GetNumberNote("DataBar:Exposure Time (s)", exposure)
result(exposure)
//> 0.25
//# in place, the size must match
object camera = CM_GetCurrentCamera()
image img := RealImage("small", 4, 10, 10)
CM_AcquireImage(camera, CM_CreateAcquisitionParameters_FullCCD(camera, 3, 0.02, 1, 1), img)  //! 1 runtime error: image 'small' has not the size of the frame; got 10 × 10; expected 96 × 64
//# all settings in one call
object camera = CM_GetCurrentCamera()
image img := RealImage("", 4, 16, 8)
CM_AcquireInPlace(img, camera, 3, 0.02, 2, 2, 16, 0, 32, 32)
result(mean(img) > 0)
//> 1
//# a dark reference
object camera = CM_GetCurrentCamera()
object p = CM_CreateAcquisitionParameters_FullCCD(camera, 3, 0.02, 1, 1)
image dark := RealImage("dark", 4, 96, 64)
CM_AcquireDarkReference(camera, p, dark, NULL)
p.CM_SetShutterExposure(1)
CM_SetProcessing(p, 1)
image shut := CM_AcquireImage(camera, p)
result(abs(mean(dark) - mean(shut)) < 1)
//> 1
//# prepared, a camera is in
object camera = CM_GetCurrentCamera()
number wait_s = 7
CM_SetCameraInserted(camera, 0)
CM_PrepareCameraForAcquire(CM_GetCameraManager(), camera, CM_CreateAcquisitionParameters_FullCCD(camera, 3, 0.02, 1, 1), NULL, wait_s)
result(wait_s+" "+CM_GetCameraInserted(camera))
//> 0 1
//# sums of frames do not overflow
object camera = CM_GetCurrentCamera()
object p = CM_CreateAcquisitionParameters_FullCCD(camera, 1, 100, 1, 1)
CM_SetNumberToSum(p, 3)
image img := CM_AcquireImage(camera, p)
result(CM_GetNumberToSum(p)+" "+img.ImageGetDataTypeName()+" "+max(img))
//> 3 4-byte signed integer 196605
//# orientation
object camera = CM_GetCurrentCamera()
object p = CM_CreateAcquisitionParameters_FullCCD(camera, 3, 0.02, 1, 2)
CM_SetAcqTranspose(p, 256)
image img := CM_AcquireImage(camera, p)
number type, w, h
CM_CameraCalcImageForm(camera, p, type, w, h)
result(img.ImageGetDimensionSize(0)+" x "+img.ImageGetDimensionSize(1)+" "+type+" "+w+" x "+h+" "+img.ImageGetDimensionScale(0)+" "+img.ImageGetDimensionScale(1))
//> 32 x 96 2 32 x 96 1 0.5
//# sizes of frames
number w, h
CM_CalcFrameSize(CM_GetCurrentCamera(), 0, 40, 20, 2, 4, w, h)
result(w+" x "+h+", ")
CM_CalcFrameSize(CM_GetCurrentCamera(), 256, 0, 0, 2, 4, w, h)
result(w+" x "+h)
//> 20 x 5, 16 x 48
//# what is kept for a camera
object camera = CM_GetCurrentCamera()
number closed, a, b
CM_Config_SetDefaultTranspose(camera, 2)
CM_SetIdleShutterState(camera, 1, 1)
camera.CM_GetIdleShutterState(1, closed)
CM_Config_SetInsertabilityDelays(camera, 4, 5)
CM_Config_GetInsertabilityDelays(camera, a, b)
result(CM_Config_GetDefaultTranspose(camera)+" "+closed+" "+a+" "+b+" "+CM_CanSetAntiblooming(camera))
//> 2 1 4 5 0
//# an object that is no camera
object camera
CM_GetCameraName(camera)  //! 1 runtime error: a camera is needed; got NULL; expected what CM_GetCurrentCamera() gives
//# an object that holds no parameters
CM_GetExposure(CM_GetCurrentCamera())  //! 1 runtime error: acquisition parameters are needed; ...
//# there are two shutters
CM_SetCurrentShutterState(CM_GetCurrentCamera(), 2, 1)  //! 1 runtime error: there is no such shutter; got 2; expected 0 or 1
//# recording in situ
CM_InSitu_StartRecord()  //! 1 not implemented: CM_InSitu_StartRecord...
