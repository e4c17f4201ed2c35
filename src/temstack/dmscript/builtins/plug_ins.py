"""Names of devices and vendors' plug-ins that are not here, so that a script runs until it needs one of them.

Scripts of whole instruments call them in a few of their functions; the rest of such a script works.
"""

from __future__ import annotations

from temstack.dmscript.signatures import declare_only

# Each device with its functions: "name" with as many arguments as public scripts give; "name &" gives its last ones
# a value, which `set_by_it` counts.
_DEVICES = {
    "an ion mill": "PIPS_StopMilling PIPS_StartMilling PIPS_StopRecipe PIPS_PauseRecipe PIPS_ResumeRecipe "
    "PIPS_RecipeNextStep PIPS_Execute PIPS_SetPropertyDevice PIPS_SetPropertySubsystem PIPS_SetPropertySystem "
    "PIPS_StartLiveview PIPS_StartSnapshot PIPS_GetTimeRemaining IPrep_AbortRun IPrep_Check IPrep_Consistency_Check",
    "an SEM": "FEIQuanta_SetBeamBlankState FEIQuanta_GetVacuumPressure FEIQuanta_SetZFWDCoupling "
    "FEIQuanta_GetVideoBrightnessAtChannel FEIQuanta_GetVideoContrastAtChannel FEIQuanta_SetHighTensionOnOff "
    "AFS_Run AFS_IsBusy AF_Run",
    "an EBSD or X-ray system": "EBSD_IsAcquisitionBusy OINA_AcquisitionIsActive OINA_AcquisitionStart "
    "OINA_AcquisitionStop",
    "a serial device": "Parker_SendCommand Allmotion_SendCommand",
    "an ultramicrotome": "MicrotomeStage_Clear MicrotomeStage_Cut MicrotomeStage_GetPositionX "
    "MicrotomeStage_GetPositionY MicrotomeStage_GetPositionZ MicrotomeStage_Near MicrotomeStage_Retract "
    "MicrotomeStage_SetPositionX MicrotomeStage_SetPositionY MicrotomeStage_SetPositionZ",
    "a video recorder": "Video_Open Video_Start Video_Pause Video_Stop",
    "a JEOL microscope's own plug-in": "CAMERA3SetShutterPosition DEF3SetAngBal DEF3SetCLA1 DEF3SetCLA2 DEF3SetCLs "
    "DEF3SetGunA1 DEF3SetGunA2 DEF3SetILs DEF3SetIS1 DEF3SetIS2 DEF3SetOLs DEF3SetPLA DEF3SetShifBal DEF3SetTiltBal "
    "DETECTOR3SetScreen EOS3SelectFunctionMode EOS3SetDiffFocus EOS3SetMagValue EOS3SetObjFocus GUN3SetBeamSw "
    "HT3SetHtValue LENS3SetCL3 LENS3SetDiffFocus LENS3SetILFocus LENS3SetOLc LENS3SetOLf LENS3SetOM LENS3SetPLFocus "
    "SCREEN1SetAngle STAGE3SetStagePosition STAGE3SetTiltXAngle STAGE3SetTiltYAngle STAGE3SetX STAGE3SetXRel "
    "STAGE3SetY STAGE3SetYRel STAGE3SetZ STAGE3SetZRel",
    "a CM microscope's panel": "CM CMPressSoftKey CMTurnKnob",
    "the TIA software": "InitTIA ReleaseTIA",
}
_THAT_SET = {
    "an ion mill": "string: PIPS_GetPropertyDevice 3 PIPS_GetPropertySubsystem 2 PIPS_GetPropertySystem 1",
    "a JEOL microscope's own plug-in": "number: CAMERA3GetShutterPosition 0 DEF3GetAngBal 0 DEF3GetCLA1 0 "
    "DEF3GetCLA2 0 DEF3GetCLs 0 DEF3GetGunA1 0 DEF3GetGunA2 0 DEF3GetILs 0 DEF3GetIS1 0 DEF3GetIS2 0 DEF3GetOLs 0 "
    "DEF3GetPLA 0 DEF3GetShifBal 0 DEF3GetTiltBal 0 EOS3GetFunctionMode 0 EOS3GetMagValue 0 HT3GetHtValue 0 "
    "LENS3GetCL1 0 LENS3GetCL2 0 LENS3GetCL3 0 LENS3GetCM 0 LENS3GetIL1 0 LENS3GetIL2 0 LENS3GetOLc 0 LENS3GetOLf 0 "
    "LENS3GetOM 0 LENS3GetPL1 0 SCREEN1GetAngle 0 STAGE3GetPos 0 STAGE3GetStatus 0",
}
"""Functions that give their results by reference: after so many texts that say what is asked."""


def _declare() -> None:
    for device, names in _DEVICES.items():
        for name in names.split():
            declare_only(f"any {name}(any argument, ...)", family="plug_ins", help=f"Needs {device}.", throws=True)
    for device, text in _THAT_SET.items():
        kind, _, listed = text.partition(": ")
        words = listed.split()
        for name, asked in zip(words[::2], words[1::2], strict=True):
            given = "".join(f"string place{index}, " for index in range(int(asked)))
            last = f"{kind} &value{'' if int(asked) else ', ...'}"
            declare_only(f"number {name}({given}{last})", family="plug_ins", help=f"Needs {device}.", throws=True)


_declare()
