using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Tidemark.Processes;

/// <summary>A running child program with its streams; disposing it ends the child if it still runs.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private readonly Process process;
    private readonly Task drained;
    private readonly LastLines lastLines;

    private ChildProcess(Process process, Action<string>? onErrorLine)
    {
        this.process = process;
        lastLines = new LastLines(onErrorLine);
        drained = lastLines.DrainAsync(process.StandardError);
    }

    public Stream Input => process.StandardInput.BaseStream;

    public Stream Output => process.StandardOutput.BaseStream;

    /// <summary>The last lines that the child wrote to its standard error, for messages.</summary>
    public string ErrorText => lastLines.ToString();

    public static ChildProcess Start(ChildCommand command, Action<string>? onErrorLine = null)
    {
        var start = new ProcessStartInfo(command.Program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardErrorEncoding = Encoding.UTF8,
            WorkingDirectory = command.WorkingFolder ?? "",
        };
        foreach (var argument in command.Arguments) start.ArgumentList.Add(argument);
        foreach (var name in command.Without) start.Environment.Remove(name);
        start.Environment["LC_ALL"] = "C";
        foreach (var (name, value) in command.Environment) start.Environment[name] = value;
        try
        {
            return new ChildProcess(Process.Start(start)!, onErrorLine);
        }
        catch (Win32Exception notStarted)
        {
            throw new Fault(FaultCode.NoClient, $"{command.Name} cannot be started", notStarted) { Where = command.Program, Why = notStarted.Message, Next = "check that the file exists and may be executed" };
        }
    }

    /// <summary>Complete when nobody can write to the child's standard error any more, its own children included.</summary>
    public Task Drained => drained;

    /// <summary>Waits for the end and returns the exit code; 128 + n when signal n ended it.</summary>
    public async Task<int> WaitAsync(CancellationToken token)
    {
        var exit = await ExitAsync(token);
        await drained.WaitAsync(token);
        return exit;
    }

    /// <summary>As <see cref="WaitAsync"/>, but does not wait for what the child's own children may still say.</summary>
    public async Task<int> ExitAsync(CancellationToken token)
    {
        await process.WaitForExitAsync(token);
        return process.ExitCode;
    }

    /// <summary>Runs a child to its end and keeps its output, at most a few megabytes of text.</summary>
    public static async Task<ChildResult> CaptureAsync(ChildCommand command, CancellationToken token)
    {
        await using var child = Start(command);
        child.Input.Close();
        var output = await child.process.StandardOutput.ReadToEndAsync(token);
        return new ChildResult(await child.WaitAsync(token), output, child.ErrorText);
    }

    public void Kill()
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
    }

    public async ValueTask DisposeAsync()
    {
        Kill();
        await process.WaitForExitAsync(CancellationToken.None);
        process.Dispose();
    }
}
