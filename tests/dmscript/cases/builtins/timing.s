//# time goes on
number start = GetHighResTickCount()
Sleep(0.02)
number passed = CalcHighResSecondsBetween(start, GetHighResTickCount())
result((passed >= 0.02)+" "+(passed < 5))
//> 1 1
//# ticks
number start = GetOSTickCount()
Delay(3)
result((CalcOSSecondsBetween(start, GetOSTickCount()) >= 0.045)+" "+GetOSTicksPerSecond())
//> 1 1000
//# dates
result(len(DateStamp())+" "+len(GetTime(1))+" "+len(FormatTimeString(GetCurrentTime(),2)))
//> 19 8 10
