using System.Diagnostics;
using Tidemark.Bench.Machine;

namespace Tidemark.Bench.Measuring;

/// <summary>Waits before a measurement until the machine has little else to do: a fact, looked at twice a second, and not for ever.</summary>
internal sealed class Quiet(CancellationToken token)
{
    private const double CoresOfOthers = 0.25;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public void Wait()
    {
        var begun = Stopwatch.GetTimestamp();
        double cores;
        do
        {
            var (busy, at) = (ProcFolder.BusySeconds(), Stopwatch.GetTimestamp());
            token.WaitHandle.WaitOne(Look);
            token.ThrowIfCancellationRequested();
            cores = (ProcFolder.BusySeconds() - busy) / Stopwatch.GetElapsedTime(at).TotalSeconds;
        }
        while (cores > CoresOfOthers && Stopwatch.GetElapsedTime(begun) < Patience);
    }
}
