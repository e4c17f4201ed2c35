// Lecture "3-dimensional images", slide "CM_example1": acquires 2 images, one in place, one newly created.
// Spelling corrected: `CM_CCD_SetSize` is `CM_CCD_GetSize`, as on the slide of recordEFTEMStack; `acq_params` is
// declared as an object.
// Completed: nothing. (The slide asks for an exposure and does not use it: the images are taken with the exposure of
// the parameter set. `CM_SetExposure(acq_params, expTime)` before the acquisition would hand it on.)
// Run: temstack script run CM_example1.s --show pictures

// This script illustrates the use of the Camera manager
Image img1, img2
number width,height
number expTime = 1

// find the current camera:
object camera = CM_GetCurrentCamera();

// find out whether this camera is inserted:
number inserted = CM_GetCameraInserted(camera)

// Retrieve the user-set settings for the "RECORD" mode camera setup:
object acq_params = CM_GetCameraAcquisitionParameterSet(camera,"Imaging","Acquire","Record",0)
CM_CCD_GetSize(camera, width, height)

// Retrieve the exposure time and ask whether this should be changed:
number expTimeOld = CM_GetExposure(acq_params)
if (!getNumber("Exposure time",expTimeOld,expTime)) {
    result("Image acquisition aborted\n");
    exit(0)
}

// Option 1: create new image with acquisition
img1 := CM_AcquireImage(camera, acq_params)

// Option 2: in-place acquisition
img2 := RealImage("CCD Image",4,width,height)
CM_AcquireImage(camera, acq_params, img2)

showImage(img1)
showImage(img2)
