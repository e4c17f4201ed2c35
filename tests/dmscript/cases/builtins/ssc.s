//# size of the camera
number w, h, x, y
SSCGetSize(w, h)
SSCGetPixelSize(x, y)
result(w+" x "+h+", "+x+" x "+y+" um\n")
SSCGetSizeBinned(2, w, h)
result(w+" x "+h)
//> 96 x 64, 15 x 15 um
//> 48 x 32
//# types and sizes of new frames
image a := SSCUnprocessedAcquire(0.01, 0, 0, 64, 96)
image b := SSCDarkSubtractedAcquire(0.01, 8, 16, 40, 56)
image c := SSCGainNormalizedBinnedAcquire(0.01, 2, 4, 8, 20, 28)
result(a.ImageGetDataTypeName()+" "+a.ImageGetDimensionSize(0)+" x "+a.ImageGetDimensionSize(1)+"\n")
result(b.ImageGetDataTypeName()+" "+b.ImageGetDimensionSize(0)+" x "+b.ImageGetDimensionSize(1)+"\n")
result(c.ImageGetDataTypeName()+" "+c.ImageGetDimensionSize(0)+" x "+c.ImageGetDimensionSize(1)+" of "+c.ImageGetDimensionScale(0)+" "+c.ImageGetDimensionUnitString(0))
//> 2-byte unsigned integer 96 x 64
//> 4-byte real 40 x 32
//> 4-byte real 20 x 16 of 1 nm
//# without an area the whole camera is read
image a := SSCGainNormalizedBinnedAcquire(0.01, 4)
result(a.ImageGetDimensionSize(0)+" x "+a.ImageGetDimensionSize(1))
//> 24 x 16
//# in place, into a wider type
image img := RealImage("", 8, 96, 64)
SSCUnprocessedAcquireInPlace(img, 0.01, 0, 0, 64, 96)
result((mean(img) > 50)+" "+img.ImageGetDataElementByteSize())
//> 1 8
//# in place, a plane of a stack
image stack := RealImage("", 4, 48, 32, 2)
SSCGainNormalizedBinnedAcquireInPlace(stack.Slice2(0,0,1, 0,48,1, 1,32,1), 0.01, 2, 0, 0, 32, 48)
result((sum(stack[0,0,0,48,32,1]) == 0)+" "+(sum(stack[0,0,1,48,32,2]) > 0))
//> 1 1
//# in place, with a binning for each side
image img := RealImage("", 4, 24, 32)
SSCXYBinnedAcquireInPlace(img, 0.01, 4, 2, 0, 0, 32, 24)
result(mean(img) > 0)
//> 1
//# the size must match
image img := RealImage("", 4, 64, 96)
SSCGainNormalizedAcquireInPlace(img, 0.01, 0, 0, 64, 96)  //! 1 runtime error: image '' has not the size of the frame; got 64 × 96; expected 96 × 64
//# the type must match
image img := IntegerImage("", 2, 1, 96, 64)
SSCGainNormalizedAcquireInPlace(img, 0.01, 0, 0, 64, 96)  //! 1 runtime error: image '' has not the type of the frame; got 2-byte signed integer; expected 4-byte real
//# signed integers take the bits of unsigned ones
image img := IntegerImage("", 2, 1, 96, 64)
SSCUnprocessedAcquireInPlace(img, 100, 0, 0, 64, 96)
result(max(img) < 0)
//> 1
//# binned areas count binned pixels
SSCUnprocessedBinnedAcquire(0.01, 2, 0, 0, 64, 96)  //! 1 runtime error: the area lies beyond the camera; where a name says 'Binned' it counts binned pixels; got (0, 0, 64, 96); expected within (0, 0, 32, 48) at binning 2 x 2
//# unbinned areas lie on the camera
SSCUnprocessedAcquire(0.01, 0, 0, 96, 64)  //! 1 runtime error: camera 'Virtual CCD': has no such readout area...
//# the camera has its exposures
SSCUnprocessedAcquire(0, 0, 0, 64, 96)  //! 1 runtime error: camera 'Virtual CCD': cannot expose that long or short; got exposure_s=0; expected 0.001 to 10000 s
//# a script can catch what the camera says
CM_SetCameraInserted(CM_GetCurrentCamera(), 0)
try { SSCUnprocessedAcquire(0.01, 0, 0, 64, 96) }
catch { result(GetExceptionString()); break }
//> camera 'Virtual CCD': is retracted; insert it first: camera.set_inserted(True)
//# references
image dark := SSCGetDarkReference(0.01, 2, 0, 0, 16, 24)
image gain := SSCGetGainReference(2)
result(dark.ImageGetDimensionSize(0)+" "+gain.ImageGetDimensionSize(0)+" "+(abs(mean(gain)-1)<0.001)+(mean(dark)>0))
//> 24 48 11
//# binning is a whole number
SSCUnprocessedBinnedAcquire(0.01, 1.5, 0, 0, 10, 10)  //! 1 runtime error: the binning is no whole number; got 1.5; expected 1, 2, 4…
