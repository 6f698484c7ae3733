using System.Diagnostics;
using System.Text;
using Tidemark.Bench.Machine;

namespace Tidemark.Bench.Measuring;

/// <summary>Runs one command and measures it. Only one at a time: the CPU of ended children is that of this command.</summary>
/// <remarks>Where this process adopts orphans, what the command leaves at work is waited for, off the clock, and its CPU and memory count.</remarks>
internal sealed class Stopwatches(int server, CancellationToken token)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);

    public Sample Measure(Launch launch)
    {
        token.ThrowIfCancellationRequested();
        var start = new ProcessStartInfo(launch.Program, launch.Arguments)
        {
            WorkingDirectory = launch.Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach (var (name, value) in launch.Environment) start.Environment[name] = value;

        var said = new StringBuilder();
        void Hear(object _, DataReceivedEventArgs line)
        {
            lock (said) said.AppendLine(line.Data);
        }

        var before = Orphans.Children();
        var (busy, served, own, used) = (ProcFolder.BusySeconds(), ProcFolder.FamilySeconds(server), CpuUsage.OfThisProcess(), CpuUsage.OfEndedChildren());
        using var process = new Process { StartInfo = start };
        process.OutputDataReceived += Hear;
        process.ErrorDataReceived += Hear;
        var begun = Stopwatch.GetTimestamp();
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var memory = new MemoryWatch(process.Id, before);
        double wall;
        using (token.Register(() => process.Kill(entireProcessTree: true)))
        {
            if (launch.Done is { } done) Interrupt(process, done);
            else process.WaitForExit();
            wall = Stopwatch.GetElapsedTime(begun).TotalSeconds;
            process.WaitForExit();
        }
        Orphans.Await(before, token);

        used = CpuUsage.OfEndedChildren() - used;
        own = CpuUsage.OfThisProcess() - own;
        served = ProcFolder.FamilySeconds(server) - served;
        busy = ProcFolder.BusySeconds() - busy;
        token.ThrowIfCancellationRequested();
        if (!launch.GoodExits.Contains(process.ExitCode)) throw new BenchFailure($"{launch.Name} ended with {process.ExitCode}: {said.ToString().Trim()}");
        var (ownPeak, childPeak, biggestChild) = memory.Stop();
        return new Sample
        {
            Wall = wall,
            User = used.User,
            System = used.System,
            Server = served,
            Others = Math.Max(0, busy - used.Total - served - own.Total),
            OwnPeak = ownPeak,
            ChildPeak = childPeak,
            BiggestChild = biggestChild,
        };
    }

    /// <summary>When its work is done; one that ended too early is left to its exit code.</summary>
    private static void Interrupt(Process process, Func<bool> done)
    {
        while (!done())
            if (process.WaitForExit(Look)) throw new BenchFailure($"it ended with {process.ExitCode} before its work was done");
        Signals.Interrupt(process.Id);
    }
}
