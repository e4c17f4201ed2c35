// Lecture "3-dimensional images", slide "CM_focSeries": a focal series of imgCount images with defocus step deltaF.
// Spelling corrected: none in the part that is on the slide; `acq_params` is declared as an object.
// Completed: "(... start like the previous script ...)" is written out, with the declarations that the slide leaves out.
//
// The focus loop stands as on the slide, on purpose. EMChangeFocus is RELATIVE: it moves the focus by its argument.
// The loop gives it absolute values, so that five images are taken at -2, -3, -3, -2 and 0 steps from where the
// focus was, and the last line leaves it 3 steps off. `temstack script check CM_focSeries.s` points at the line.
// EMChangeFocus counts in steps of the lens, not in nm.
// For a focal series that is right, use `temstack acquire focal`.
// Run: temstack script run CM_focSeries.s --show pictures

// (... start like the previous script ...)
Image img, stack
number width,height
number expTime = 1
number imgCount = 5, deltaF = 10, df, jImg

// find the current camera:
object camera = CM_GetCurrentCamera();

// find out whether this camera is inserted:
number inserted = CM_GetCameraInserted(camera)

// Retrieve the user-set settings for the "RECORD" mode camera setup:
object acq_params = CM_GetCameraAcquisitionParameterSet(camera,"Imaging","Acquire","Record",0)
CM_CCD_GetSize(camera, width, height)
number sx = width, sy = height

// Retrieve the exposure time and ask whether this should be changed:
number expTimeOld = CM_GetExposure(acq_params)
if (!getNumber("Exposure time",expTimeOld,expTime)) {
    result("Image acquisition aborted\n");
    exit(0)
}
// (... end of what the slide leaves out)

// Ask the user for the number of images:
if (!getNumber("Number of different image defoci",imgCount,imgCount)) {
    result("Image acquisition aborted\n");
    exit(0)
}

// Ask the user for the defocus step:
if (!getNumber("Defocus step (nm)",deltaF,deltaF)) {
    result("Image acquisition aborted\n");
    exit(0)
}

// compute the initial defocus:
df = -deltaF*((imgCount-1)/2)

// start acquiring the different defocused images:
img  := RealImage("CCD Image",4,width,height)
stack := RealImage("Defocus Stack",4,sx,sy,imgCount);
for (jImg = 0; jImg<imgCount;jImg++) {
    EMChangeFocus(df)
    CM_AcquireImage(camera, acq_params, img)
    df = df+deltaF

    // insert the newly created image into the image stack
    stack[0,0,jImg,width,height,jImg+1] = img;
    result("Recorded image "+jImg+" with defocus='"+df+"'nm\n")
}

// reset the defocus
df = -deltaF*((imgCount+1)/2)
EMChangeFocus(df)

// show the resulting image
showImage(stack)
