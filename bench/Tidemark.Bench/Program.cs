using System.Runtime.InteropServices;
using Tidemark.Bench;

// The main thread stays the same to the end: the server is told to stop when the thread that started it does.
using var interruption = new CancellationTokenSource();
void Interrupt(PosixSignalContext signal)
{
    signal.Cancel = true;
    interruption.Cancel();
}

using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
return BenchCommand.Run(args, interruption.Token);
