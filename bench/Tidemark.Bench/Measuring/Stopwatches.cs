using System.Diagnostics;
using System.Text;
using Tidemark.Bench.Machine;

namespace Tidemark.Bench.Measuring;

/// <summary>Runs one command and measures it. Only one at a time: the CPU of ended children is that of this command.</summary>
internal sealed class Stopwatches(int server, CancellationToken token)
{
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

        var (busy, served, own, used) = (ProcFolder.BusySeconds(), ProcFolder.FamilySeconds(server), CpuUsage.OfThisProcess(), CpuUsage.OfEndedChildren());
        using var process = new Process { StartInfo = start };
        process.OutputDataReceived += Hear;
        process.ErrorDataReceived += Hear;
        var begun = Stopwatch.GetTimestamp();
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var memory = new MemoryWatch(process.Id);
        using (token.Register(() => process.Kill(entireProcessTree: true))) process.WaitForExit();
        var wall = Stopwatch.GetElapsedTime(begun).TotalSeconds;

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
}
