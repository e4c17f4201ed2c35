//# energy, with its wait
result(IFSetupCommunication()+" "+IFGetEnergyLoss()+" ")
IFSetEnergyLoss(532)
IFWaitForFilter()
result(IFGetEnergyLoss(0)+" "+IFCGetEnergy()+" ")
IFSetEnergyOffset(0, 40)
result(IFGetEnergyOffset(0))
//> 1 0 532 532 40
//# slit
IFSetSlitIn(0)
result(IFGetSlitIn()+" ")
IFCSetSlitIn(1)
IFSetSlitWidth(20)
result(IFGetSlitIn()+" "+IFGetSlitWidth()+" "+AFGetSlitState()+" "+AFGetSlitWidth()+" "+IFGetMaximumSlitWidth())
//> 0 1 20 1 20 100
//# the adjustment moves the energy
IFSetEnergyLoss(100)
IFCSetEnergyAdjust(2)
result(IFGetEnergyLoss()+" "+IFCGetEnergyAdjust()+" ")
IFSetEnergyLoss(50)
result(IFGetEnergyLoss())
//> 100 2 50
//# out of range
IFSetEnergyLoss(5000)  //! 1 runtime error: energy filter: energy loss is out of range; got 5000 eV; expected -100 to 3000 eV
//# the zero loss is found with the camera
IFSetEnergyLoss(0)
number found = IFCDoAlignZeroLoss()
result(found+" "+(abs(IFCGetEnergyAdjust()) < 2)+" "+IFGetEnergyLoss()+" "+IFGetSlitWidth())
//> 1 1 0 10
//# without a beam there is no zero loss
EMSetBeamBlanked(1)
result(AFDoAlignZeroLoss()+" "+IFCGetEnergyAdjust()+" "+IFGetEnergyLoss())
//> 0 0 0
//# ways to shift the energy
IFSetEnergyOffset(7, 10)  //! 1 runtime error: there is no such way to shift the energy; got 7; expected 0 high tension, 1 drift tube, 2 prism
//# it makes images
result(IFIsInEELSMode()+" "+IFIsInImageMode()+" "+IFCGetFilterMode())
//> 0 1 EFTEM
//# spectra
IFSetEELSMode()  //! 1 not implemented: IFSetEELSMode...
