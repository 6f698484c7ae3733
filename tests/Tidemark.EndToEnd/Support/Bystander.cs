using System.Diagnostics;

namespace Tidemark.EndToEnd.Support;

/// <summary>Runs a program that is not ours, with nothing of the test's own environment.</summary>
internal static class Bystander
{
    public static async Task<ProgramResult> RunAsync(string folder, IReadOnlyDictionary<string, string> environment, TimeSpan timeout, string file, params string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments) { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Clear();
        foreach (var (name, value) in environment) start.Environment[name] = value;
        await using var running = new RunningProgram(await ChildProcess.StartAsync(start), file);
        await running.WriteAsync(null);
        return await running.EndAsync(timeout);
    }

    /// <summary>A file `tidemark` in the folder that is the program under test.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="unless">Lines of sh that come first.</param>
    public static async Task<string> PutProgramAsync(string folder, string unless = "")
    {
        var file = TidemarkProgram.File;
        var path = Path.Combine(folder, "tidemark");
        await File.WriteAllTextAsync(path, $"#!/bin/sh\n{unless}exec {(file.EndsWith(".dll", StringComparison.Ordinal) ? "dotnet " : "")}'{file}' \"$@\"\n", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(path, (UnixFileMode)Convert.ToInt32("755", 8));
        return path;
    }
}
