// Lecture "3-dimensional images", slides "Aligning and adding a stack of images" and "Statistically Determined Spatial
// Drift (SDSD) correction". The slides have pictures and three steps: 1. image filtering; 2. computation of the drift
// between all images, N(N-1)/2 cross correlations for N images; 3. drift = weighted average of all drift vectors,
// weighting factor = cross correlation maximum (0..1).
// Spelling corrected: none. Completed: all of the code.
// Run: temstack script run SDSD.s --image series.dm4 --save aligned
//
// `temstack align` does this job better: its weights do not trust noise, and it says what it does not know.

Image stack := getFrontImage()
number sx, sy, n, i, j, peak, px, py
Get3DSize(stack, sx, sy, n)
if (n < 2)
    throw("SDSD needs a stack of at least 2 images")

// 1. Image filtering: the magnitude of the gradient, which does not depend on the brightness of an area, faded out to
// the edges, which would correlate with themselves.
Image filtered := RealImage("filtered", 4, sx, sy, n)
Image window := RealImage("window", 4, sx, sy)
window = sin(pi()*(icol+0.5)/sx)**2 * sin(pi()*(irow+0.5)/sy)**2
for (i = 0; i < n; i++) {
    Image img := RealImage("plane", 4, sx, sy)
    img = stack[0,0,i,sx,sy,i+1]
    Image smooth := RealImage("smooth", 4, sx, sy)
    smooth = (img + offset(img,1,0) + offset(img,0,1) + offset(img,1,1)) / 4
    img = sqrt((offset(smooth,1,0)-offset(smooth,-1,0))**2 + (offset(smooth,0,1)-offset(smooth,0,-1))**2)
    number level = mean(img)
    filtered[0,0,i,sx,sy,i+1] = (img - level) * window
}

// 2. Computation of the drift between all images: how far image j lies from image i, and how sure that is
Image dx := RealImage("dx", 4, n, n)
Image dy := RealImage("dy", 4, n, n)
Image weight := RealImage("weight", 4, n, n)
Image one := RealImage("image i", 4, sx, sy)
Image other := RealImage("image j", 4, sx, sy)
for (i = 0; i < n; i++) {
    one = filtered[0,0,i,sx,sy,i+1]
    weight[i,i] = 1
    for (j = i+1; j < n; j++) {
        other = filtered[0,0,j,sx,sy,j+1]
        Image correlation := CrossCorrelate(one, other)
        // the peak lies where image j must be moved to: the drift is the way back
        peak = IUImageFindMax(correlation, 0, 0, sy, sx, px, py, 1)
        dx[j,i] = -px
        dy[j,i] = -py
        dx[i,j] = px
        dy[i,j] = py
        weight[j,i] = max(peak, 0)
        weight[i,j] = max(peak, 0)
    }
}

// 3. Drift of image j against image 0: by way of each image i, d(0,i) + d(i,j); the average, weighted by the
// correlation maximum of both parts
Image driftX := RealImage("drift x", 4, n, 1)
Image driftY := RealImage("drift y", 4, n, 1)
for (j = 1; j < n; j++) {
    number sumX = 0, sumY = 0, sumW = 0
    for (i = 0; i < n; i++) {
        number w = GetPixel(weight,i,0) * GetPixel(weight,j,i)
        sumX += w * (GetPixel(dx,i,0) + GetPixel(dx,j,i))
        sumY += w * (GetPixel(dy,i,0) + GetPixel(dy,j,i))
        sumW += w
    }
    if (sumW == 0)
        throw("image "+j+" does not correlate with any other")
    driftX[j,0] = sumX / sumW
    driftY[j,0] = sumY / sumW
}

// Aligning and adding
Image aligned := RealImage("aligned", 4, sx, sy, n)
Image added := RealImage("sum", 4, sx, sy)
aligned.ImageCopyCalibrationFrom(stack)
added.ImageCopyCalibrationFrom(stack)
for (j = 0; j < n; j++) {
    number x = GetPixel(driftX,j,0)
    number y = GetPixel(driftY,j,0)
    one = stack[0,0,j,sx,sy,j+1]
    other = warp(one, icol+x, irow+y)
    aligned[0,0,j,sx,sy,j+1] = other
    added += other
    result("image "+j+": drift "+format(x,"%.2f")+" "+format(y,"%.2f")+" px\n")
}
showImage(aligned)
showImage(added)
