//# a thread runs beside the script
class T : Thread {
  object done
  object init(object self, object signal) { done = signal; return self }
  void RunThread(object self) { result("thread "); done.SetSignal() }
}
object signal = NewSignal(0)
alloc(T).init(signal).StartThread()
signal.WaitOnSignal(10, NULL)
result("after")
//> thread after
//# a thread of a named method
class T {
  object done
  object init(object self, object signal) { done = signal; return self }
  void work(object self) { result("work "); done.SetSignal() }
}
object signal = NewSignal(0)
object t = alloc(T).init(signal)
t.StartThread("work")
signal.WaitOnSignal(10, NULL)
result("after")
//> work after
//# the script waits for its threads
class T : Thread { void RunThread(object self) { sleep(0.05); result("thread") } }
alloc(T).StartThread()
result("main ")
//> main thread
//# a signal that is set
object s = NewSignal(1)
result(s.WaitOnSignal(0, NULL) + " ")
s.ResetSignal()
result(s.WaitOnSignal(0, NULL))
//> 1 0
//# the stop signal throws
object s = NewSignal(0), stop = NewSignal(1)
try { s.WaitOnSignal(5, stop); result("never") }
catch { result("stopped"); break }
//> stopped
//# a mutex keeps threads apart
object m = NewMutex()
number total
class T : Thread { object mutex
  object init(object self, object x) { mutex = x; return self }
  void RunThread(object self) { number i, t; for (i = 0; i < 50; i++) { mutex.Lock(); t = total; total = t + 1; mutex.Unlock() } }
}
object a = alloc(T).init(m), b = alloc(T).init(m)
a.StartThread(); b.StartThread()
while (total < 100) sleep(0.01)
result(total)
//> 100
//# a thread needs its method
class T { }
alloc(T).StartThread() //! 10 runtime error: class 'T' has no method 'RunThread' to run as a thread
//# a thread without end is stopped by the limit of time
//@ seconds=0.2
class T : Thread { void RunThread(object self) { while (1) sleep(0.01) } } //! 60 limit: the script takes too long; expected at most 0.2 s
alloc(T).StartThread()
