//# how warm it is
object camera = CM_GetCurrentCamera()
number target
result(CM_HasTemperatureControl(camera)+" "+CM_GetActualTemperature_C(camera)+" "+CM_DoesCameraNeedToBeCooled(camera)+" "+CM_IsTemperatureStable(camera, target)+" "+target)
//> 1 -25 1 1 -25
//# what is to be held is kept
object camera = CM_GetCurrentCamera()
number t
CM_SetTargetTemperature_C(camera, 1, -30)
CM_SetShutdownTemperature_C(camera, 0, 20)
number used = CM_GetTargetTemperature_C(camera, t)
result(used+" "+t+" "+CM_IsTemperatureStable(camera, t)+" "+CM_GetShutdownTemperature_C(camera, t)+" "+t)
CM_SetTemperatureMaxChangeRate(camera, 2)
result(" "+CM_GetTemperatureMaxChangeRate(camera)+" "+CM_GetLocalTargetTemperature_C(camera, t)+" "+t)
//> 1 -30 0 0 20 2 1 -30
//# limits
object camera = CM_GetCurrentCamera()
result(CM_GetMinimumTemperature_C(camera)+" "+CM_GetMaximumTemperature_C(camera)+" "+CM_GetTemperatureResolution_C(camera))
CM_SetStartupTemperature_C(camera, 1, -200)  //! 1 runtime error: no camera is held at that temperature; got -200 °C; expected -60 to 30 °C
//> -60 30 0.1
