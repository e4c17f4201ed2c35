//# sets as the camera has them
object camera = CM_GetCurrentCamera()
object record = CM_GetCameraAcquisitionParameterSet(camera, "Imaging", "Acquire", "Record", 0)
object search = CM_GetCameraAcquisitionParameterSet(camera, "imaging", "view", "search", 0)
object focus = CM_GetCameraAcquisitionParameterSet_MediumQualityImagingView(camera)
result(CM_GetExposure(record)+" "+CM_GetExposure(search)+" "+CM_GetExposure(focus)+" "+CM_GetExposure(CM_GetCameraAcquisitionParameterSet_HighQualityImagingAcquire(camera)))
//> 1 0.25 0.5 1
//# a set that there is not
object p = CM_GetCameraAcquisitionParameterSet(CM_GetCurrentCamera(), "Imaging", "Acquire", "Our own", 0)
if (!p) result("none, ")
p = CM_GetCameraAcquisitionParameterSet(CM_GetCurrentCamera(), "Imaging", "Acquire", "Our own", 1)
if (p) result("made like Record: "+CM_GetExposure(p))
//> none, made like Record: 1
//# changes are kept when saved
object camera = CM_GetCurrentCamera()
object p = CM_GetCameraAcquisitionParameterSet(camera, "Imaging", "Acquire", "Record", 1)
CM_SetExposure(p, 0.3)
CM_SetBinning(p, 4, 2)
result(CM_GetExposure(CM_GetCameraAcquisitionParameterSet(camera, "Imaging", "Acquire", "Record", 1))+" ")
CM_SaveCameraAcquisitionParameterSet(camera, p)
object q = CM_GetCameraAcquisitionParameterSet(camera, "Imaging", "Acquire", "Record", 1)
number x, y
CM_GetBinning(q, x, y)
result(CM_GetExposure(q)+" "+x+" "+y)
//> 1 0.3 4 2
//# loaded again, changes are gone
object camera = CM_GetCurrentCamera()
object p = CM_GetCameraAcquisitionParameterSet(camera, "Imaging", "View", "Focus", 1)
CM_SetExposure(p, 0.3)
CM_LoadCameraAcquisitionParameterSet(camera, p)
result(CM_GetExposure(p))
//> 0.5
//# parameters that belong to no set
object camera = CM_GetCurrentCamera()
CM_SaveCameraAcquisitionParameterSet(camera, CM_CreateAcquisitionParameters_FullCCD(camera, 3, 1, 1, 1))  //! 1 runtime error: these acquisition parameters belong to no set; ...
//# areas, unbinned and binned
object camera = CM_GetCurrentCamera()
object p = CM_CreateAcquisitionParameters(camera, 3, 0.02, 2, 4, 8, 16, 24, 48)
number t, l, b, r
CM_GetCCDReadArea(p, t, l, b, r)
result(t+" "+l+" "+b+" "+r+", ")
CM_GetBinnedReadArea(camera, p, t, l, b, r)
result(t+" "+l+" "+b+" "+r+", ")
CM_SetBinnedReadArea(camera, p, 0, 0, 16, 48)
CM_GetCCDReadArea(p, t, l, b, r)
result(t+" "+l+" "+b+" "+r)
//> 8 16 24 48, 2 8 6 24, 0 0 64 96
//# binned areas count binned pixels
object camera = CM_GetCurrentCamera()
CM_SetBinnedReadArea(camera, CM_CreateAcquisitionParameters_FullCCD(camera, 3, 0.02, 2, 2), 0, 0, 64, 96)  //! 1 runtime error: the area lies beyond the camera; it counts binned pixels; got (0, 0, 64, 96); expected within (0, 0, 32, 48) at binning 2 x 2
//# all at once, and at the binning
object camera = CM_GetCurrentCamera()
object p = CM_CreateAcquisitionParameters_FullCCD(camera, 3, 0.02, 1, 1)
number t, l, b, r
CM_SetStandardParameters(p, 1, 0.5, 2, 4, 0, 8, 32, 64)
CM_GetCCDReadArea(p, t, l, b, r)
result(CM_GetProcessing(p)+" "+CM_GetExposure(p)+" "+t+" "+l+" "+b+" "+r+", ")
CM_SetStandardParameters_Dst(camera, p, 2, 0.25, 2, 4, 0, 8, 8, 16)
CM_GetCCDReadArea(p, t, l, b, r)
result(CM_GetProcessing(p)+" "+CM_GetExposure(p)+" "+t+" "+l+" "+b+" "+r)
//> 1 0.5 0 8 32 64, 2 0.25 0 16 32 32
//# what the camera cannot do becomes what it can
object camera = CM_GetCurrentCamera()
object p = CM_CreateAcquisitionParameters(camera, 3, 0, 3, 3, 0, 0, 200, 96)
number was = CM_IsValid_AcquisitionParameters(camera, p)
number is = CM_Validate_AcquisitionParameters(camera, p)
number x, y, t, l, b, r
CM_GetBinning(p, x, y)
CM_GetCCDReadArea(p, t, l, b, r)
result(was+" "+is+" "+CM_IsValid_AcquisitionParameters(camera, p)+": "+CM_GetExposure(p)+" "+x+" "+y+" "+b)
//> 0 1 1: 0.001 2 2 64
//# an area that is none cannot be put right
object camera = CM_GetCurrentCamera()
result(CM_Validate_AcquisitionParameters(camera, CM_CreateAcquisitionParameters(camera, 3, 1, 1, 1, 30, 0, 10, 96)))
//> 0
//# processings
CM_CreateAcquisitionParameters_FullCCD(CM_GetCurrentCamera(), 4, 1, 1, 1)  //! 1 runtime error: no such processing; got 4; expected 1 unprocessed, 2 dark subtracted or 3 gain normalized
//# orientations
CM_SetAcqTranspose(CM_CreateAcquisitionParameters_FullCCD(CM_GetCurrentCamera(), 3, 1, 1, 1), 4)  //! 1 runtime error: there is no such orientation; got 4; expected 0 or a sum of 1, 2, 256
//# at least one frame
CM_SetNumberToSum(CM_CreateAcquisitionParameters_FullCCD(CM_GetCurrentCamera(), 3, 1, 1, 1), 0)  //! 1 runtime error: at least one frame is summed; got 0; expected 1 or more
//# what is kept
object p = CM_CreateAcquisitionParameters_FullCCD(CM_GetCurrentCamera(), 3, 1, 1, 1)
CM_SetSettling(p, 0.5)
CM_SetShutterIndex(p, 1)
CM_SetDoContinuousReadout(p, 1)
CM_SetReadMode(p, 2)
CM_SetShutterClosedBetweenFrames(p, 1)
CM_SetAutoExpose(CM_GetCurrentCamera(), p, 1, 1)
result(CM_GetSettling(p)+" "+CM_GetShutterIndex(p)+" "+CM_GetDoContinuousReadout(p)+" "+CM_GetDoAntiblooming(p)+" "+CM_GetReadMode(p)+" "+CM_GetShutterClosedBetweenFrames(p)+" "+CM_IsAutoExposeOn(CM_GetCurrentCamera(), p)+" "+CM_GetQualityLevel(p))
//> 0.5 1 1 0 2 1 1 1
//# corrections by mask
object p = CM_CreateAcquisitionParameters_FullCCD(CM_GetCurrentCamera(), 3, 1, 1, 1)
number before = CM_GetCorrections(p, 255)
CM_SetCorrections(p, 17, 16)
result(before+" "+CM_GetCorrections(p, 255)+" "+CM_GetCorrections(p, 16))
//> 49 48 16
