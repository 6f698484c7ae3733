using System.Diagnostics;
using System.Text;

namespace Tidemark.EndToEnd.Support;

/// <summary>The program while it runs. When the test ends, it is gone, and so is everything that it started.</summary>
public sealed class RunningProgram : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _command;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();
    private readonly Task _reading;
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal RunningProgram(Process process, string command)
    {
        _process = process;
        _command = command;
        _reading = Task.WhenAll(ReadAsync(process.StandardOutput, _output), ReadAsync(process.StandardError, _errors));
    }

    public int Id => _process.Id;

    public bool HasEnded => _process.HasExited;

    public string Output => Text(_output);

    public string Errors => Text(_errors);

    /// <summary>Writes to standard input and closes it.</summary>
    public async Task WriteAsync(string? input)
    {
        try
        {
            await _process.StandardInput.WriteAsync(input);
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading what it was given.
        }
    }

    /// <summary>Waits until it has said this on one of the two streams.</summary>
    public Task SaysAsync(string text, TimeSpan? timeout = null) => SaysAsync(said => said.Contains(text, StringComparison.Ordinal), text, timeout);

    /// <summary>Waits for the whole line that begins so, and returns what follows.</summary>
    public async Task<string> SaysLineAsync(string start)
    {
        var rest = "";
        await SaysAsync(said => said.IndexOf(start, StringComparison.Ordinal) is var at and >= 0 && said.IndexOf('\n', at) is var end and >= 0 && (rest = said[(at + start.Length)..end].TrimEnd()).Length > 0, start, null);
        return rest;
    }

    private async Task SaysAsync(Func<string, bool> has, string text, TimeSpan? timeout)
    {
        using var patience = new CancellationTokenSource(timeout ?? TimeSpan.FromMinutes(1));
        while (true)
        {
            var news = Volatile.Read(ref _news).Task;
            if (has(Output) || has(Errors))
            {
                return;
            }

            if (_reading.IsCompleted || patience.IsCancellationRequested)
            {
                Assert.Fail($"{_command} never said '{text}'\n--- stdout\n{Output}\n--- stderr\n{Errors}");
            }

            await Task.WhenAny(news, _reading, Task.Delay(Timeout.Infinite, patience.Token));
        }
    }

    /// <summary>kill -9 of the program alone: what it started lives on for as long as it will.</summary>
    public void Kill() => Signals.ToProcess(Id, Signals.Kill);

    /// <summary>kill -9 of the program and everything it started, as when the machine goes down.</summary>
    public void KillAll() => Signals.ToGroup(Id, Signals.Kill);

    /// <summary>What Ctrl-C sends: SIGINT to the program and everything it started.</summary>
    public void Interrupt() => Signals.ToGroup(Id, Signals.Interrupt);

    /// <summary>What a service manager sends: SIGTERM to the program alone.</summary>
    public void Terminate() => Signals.ToProcess(Id, Signals.Terminate);

    /// <summary>Waits for its end; after the timeout (2 minutes) it is killed with all that it started, and that is an exception.</summary>
    public async Task<ProgramResult> EndAsync(TimeSpan? timeout = null)
    {
        var allowed = timeout ?? TimeSpan.FromMinutes(2);
        using var patience = new CancellationTokenSource(allowed);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            KillAll();
            await _process.WaitForExitAsync();
            throw new TimeoutException($"{_command} did not end within {allowed}\n--- stdout\n{Output}\n--- stderr\n{Errors}");
        }

        // A process that it left behind may hold the streams open: what it said by now is enough then.
        await Task.WhenAny(_reading, Task.Delay(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken));
        return new ProgramResult(_command, _process.ExitCode, Output, Errors);
    }

    public async ValueTask DisposeAsync()
    {
        KillAll();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static string Text(StringBuilder builder)
    {
        lock (builder)
        {
            return builder.ToString();
        }
    }

    private async Task ReadAsync(StreamReader reader, StringBuilder into)
    {
        var buffer = new char[4096];
        try
        {
            for (int count; (count = await reader.ReadAsync(buffer)) > 0;)
            {
                lock (into)
                {
                    into.Append(buffer, 0, count);
                }

                Interlocked.Exchange(ref _news, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The test is over and the streams are closed.
        }
    }
}
