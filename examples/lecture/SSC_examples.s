// Lecture "3-dimensional images", slide "SSC command examples".
// Spelling corrected: `ReallImage` is `RealImage`.
// Completed (not on the slide): the last four lines, which show what was acquired.
// Run: temstack script run SSC_examples.s --show pictures

number width,height
number expTime = 1
number binning = 1
image img1,img2

// find out the size of the CCD camera
SSCGetSize(width,height)

// Example 1: create a new image with every acquisition
img1 := SSCGainnormalizedAcquire(expTime,0,0,height,width)

// Example 2: copy the newly read image into an existing image
img2 := RealImage("CCD Image",4,width,height)
SSCDarksubtractedBinnedAcquireInplace(img2,expTime,binning, 0,0,height,width)

result("gain normalized: mean "+mean(img1)+"\n")
result("dark subtracted: mean "+mean(img2)+"\n")
showImage(img1)
showImage(img2)
