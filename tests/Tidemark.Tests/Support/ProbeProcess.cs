using System.Diagnostics;

namespace Tidemark.Tests.Support;

/// <summary>Tidemark.Probe as a child, bare or under another program such as strace.</summary>
public static class ProbeProcess
{
    public static string Program => Path.Combine(AppContext.BaseDirectory, "Tidemark.Probe");

    public static async Task<(int ExitCode, string Errors)> RunAsync(string[] under, params string[] arguments)
    {
        using var probe = Start(under, arguments);
        var errors = await probe.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await probe.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (probe.ExitCode, errors);
    }

    public static Process Start(string[] under, params string[] arguments)
    {
        string[] line = [.. under, Program, .. arguments];
        var start = new ProcessStartInfo(line[0], line[1..]) { RedirectStandardError = true, RedirectStandardOutput = true };
        return Process.Start(start)!;
    }

    /// <summary>Starts the probe and waits until it says this word.</summary>
    public static async Task<Process> StartUntilAsync(string word, params string[] arguments)
    {
        var probe = Start([], arguments);
        Assert.Equal(word, await probe.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        return probe;
    }
}
