using System.ComponentModel;
using System.Diagnostics;

namespace Tidemark.Bench.Machine;

/// <summary>Programs that are not measured.</summary>
internal static class Shell
{
    /// <summary>Its standard output; its failure is one of the whole comparison.</summary>
    public static string Output(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var (exit, output, errors) = Run(program, arguments, environment);
        return exit == 0 ? output : throw new BenchFailure($"{Path.GetFileName(program)} {string.Join(' ', arguments)} ended with {exit}: {errors.Trim()}");
    }

    /// <summary>Its standard output, or null when it is not there or fails.</summary>
    public static string? Try(string program, IEnumerable<string> arguments)
    {
        try
        {
            var (exit, output, _) = Run(program, arguments, null);
            return exit == 0 ? output : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    private static (int Exit, string Output, string Errors) Run(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        if (environment is not null)
        {
            start.Environment.Clear();
            foreach (var (name, value) in environment) start.Environment[name] = value;
        }
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.GetAwaiter().GetResult());
    }
}
