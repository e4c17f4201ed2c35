//# version and window
number a,b,c,t,l,bottom,r
GetApplicationVersion(a,b,c)
ApplicationGetBounds(t,l,bottom,r)
result(a+"."+b+" "+(bottom>t)+(r>l)+StringIsValid(""))
//> 3.5 111
//# the date in universal time has seven parts
number y,m,d,h,min,s,ns
DeconstructUTCDate(GetCurrentTime(),y,m,d,h,min,s,ns)
result((y>2020)+" "+(m>=1&&m<=12)+" "+(d>=1&&d<=31)+" "+(h<24)+(min<60)+(s<60))
//> 1 1 1 111
//# copied and pasted
image a := RealImage("a",4,3,2)
a = 7
ScrapCopy(a)
a = 1
image b := ScrapPasteNew()
result(sum(b)+" "+GetFrontImage().GetName())
//> 42 a
//# nothing to paste
image b := ScrapPasteNew() //! 12 runtime error: there is nothing to paste; call ScrapCopy first
//# messages between threads
class Sender:Thread
{
	object box
	object init(object self, object given) { box = given; return self }
	void RunThread(object self) { box.PostMessage(self) }
}
object box = NewMessageQueue(), stop = NewSignal(0)
object sender = alloc(Sender).init(box)
sender.StartThread()
object got = box.WaitOnMessage(5,stop)
result(got.ScriptObjectGetID() == sender.ScriptObjectGetID())
result(box.WaitOnMessage(0,stop).ScriptObjectIsValid())
//> 10
//# a queue that is none
taggroup t = NewTagGroup()
object o
PostMessage(o,o) //! 1 runtime error: this is no message queue; got NULL; see NewMessageQueue
//# the power law below an edge is subtracted
image a := RealImage("a",4,200,1)
a = 1e6*(icol*5+400)**-2
a = icol >= 100 ? a+3 : a
a.ImageSetDimensionCalibration(0,400,5,"eV",1)
image net := EELSSubtractPowerLawBackground(a,500,800)
result(format(net.GetPixel(30,0),"%.2f")+" "+format(net.GetPixel(150,0),"%.2f")+" "+net.ImageGetDimensionOrigin(0))
//> 0.00 3.00 400
//# also of a stack
image a := RealImage("a",4,3,2,50)
a = (icol+1)*1e6*(iplane*5+400)**-3
a.ImageSetDimensionCalibration(2,400,5,"eV",1)
image net := EELSSubtractPowerLawBackground(a,400,600)
number x,y,z
net.Get3DSize(x,y,z)
result(x+" "+y+" "+z+" "+(max(abs(net)) < 1e-3))
//> 3 2 50 1
//# no energy to fit along
image a := RealImage("a",4,200,1)
image net := EELSSubtractPowerLawBackground(a,500,800) //! 14 runtime error: image 'a' has no dimension in eV; calibrate it
//# no script starts a program
LaunchExternalProcess("calc.exe") //! 1 not implemented: LaunchExternalProcess; No script starts a program here
//# a device that is not here is named where it is needed
if (0) PIPS_StopMilling()
result("ready")
string speed
PIPS_GetPropertyDevice("subsystem_pumping","device_turboPump","read_speed_Hz",speed) //! 1 not implemented: PIPS_GetPropertyDevice; Needs an ion mill
//> ready
//# a device that gives its values by reference
number x,y,z,a,b
try STAGE3GetPos(x,y,z,a,b)
catch { result(GetExceptionString()); break; }
//> STAGE3GetPos; Needs a JEOL microscope's own plug-in
//# the folder around a folder
result(PathExtractParentDirectory("C:\\data\\2020\\a.dm3",0)+" "+PathExtractParentDirectory("/data/2020/",0)+" "+PathBeginRelative()+".")
//> C:\data\ /data/ .
