using Spectre.Console;

namespace Tidemark.Cli.Output;

/// <summary>Progress of long work: one line redrawn on a terminal, a plain line each 30 seconds elsewhere.</summary>
internal sealed class ProgressLine<T>(Terminal terminal, TimeProvider clock, Func<T, TimeSpan, string> words) : IProgress<T>
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Redraw = TimeSpan.FromMilliseconds(100);
    private readonly long begun = clock.GetTimestamp();
    private readonly Lock drawing = new();
    private TimeSpan told;
    private StatusContext? status;

    /// <summary>Runs the work with the line on show.</summary>
    public async Task<TResult> WhileAsync<TResult>(string title, Func<Task<TResult>> work)
    {
        if (!terminal.Live) return await work();
        return await terminal.Talk.Status().Spinner(Spinner.Known.Line).StartAsync(Markup.Escape(title), async context =>
        {
            status = context;
            return await work();
        });
    }

    public void Report(T value)
    {
        lock (drawing)
        {
            var elapsed = clock.GetElapsedTime(begun);
            if (elapsed - told < (status is null ? Pause : Redraw)) return;
            told = elapsed;
            var line = words(value, elapsed);
            if (status is not null) status.Status(Markup.Escape(line));
            else if (!terminal.Live) terminal.Remark(line);
        }
    }
}
