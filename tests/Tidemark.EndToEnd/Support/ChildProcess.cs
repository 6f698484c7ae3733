using System.Diagnostics;

namespace Tidemark.EndToEnd.Support;

/// <summary>Starts programs that cannot outlive the test run.</summary>
internal static class ChildProcess
{
    /// <summary>Starts a program in a session and process group of its own; it gets a signal when the test run dies.</summary>
    /// <remarks>The signal by the name that setpriv knows: KILL, QUIT. The server user is the unprivileged one when this is root.</remarks>
    public static async Task<Process> StartAsync(ProcessStartInfo program, string deathSignal = "KILL", bool asServerUser = false)
    {
        var wrapped = new ProcessStartInfo("setpriv")
        {
            WorkingDirectory = program.WorkingDirectory,
            RedirectStandardInput = program.RedirectStandardInput,
            RedirectStandardOutput = program.RedirectStandardOutput,
            RedirectStandardError = program.RedirectStandardError,
        };
        wrapped.Environment.Clear();
        foreach (var (name, value) in program.Environment)
        {
            wrapped.Environment[name] = value;
        }

        string[] user = asServerUser ? ServerUser.Switch : [];

        // Each of them replaces itself by the next one, so that the process id is that of the program.
        foreach (var word in (string[])[.. user, "--pdeathsig", deathSignal, "setsid", program.FileName, .. program.ArgumentList])
        {
            wrapped.ArgumentList.Add(word);
        }

        // The kernel sends the signal when the *thread* that started the process ends, and threads of the pool come and go:
        // so each process gets a thread that waits for it.
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                var process = new Process { StartInfo = wrapped };
                process.Start();
                started.SetResult(process);
                using var own = Process.GetProcessById(process.Id);
                own.WaitForExit();
            }
            catch (Exception e) when (e is InvalidOperationException or ArgumentException or System.ComponentModel.Win32Exception)
            {
                started.TrySetException(e);
            }
        })
        { IsBackground = true, Name = "parent of " + Path.GetFileName(program.FileName) };
        thread.Start();
        return await started.Task;
    }

    /// <summary>Runs a program to its end and returns its standard output; its failure is an exception with what it said.</summary>
    public static async Task<string> OutputAsync(string program, IEnumerable<string> arguments, bool asServerUser = false, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using var process = await StartAsync(start, asServerUser: asServerUser);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {await errors}");
    }
}
