namespace Tidemark.Runs;

/// <summary>Looks each second whether somebody wants a run to stop, and lets others see now and then where it is.</summary>
internal sealed class RunWatch : IDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>Looks from one note to the next: each is a write to the disk.</summary>
    private const int NoteEach = 5;

    private readonly CancellationTokenSource stop = new();
    private readonly PeriodicTimer timer;
    private readonly string stateFolder, id;
    private readonly Task looking;

    /// <param name="stateFolder">Where.</param>
    /// <param name="id">Of the run.</param>
    /// <param name="note">Called every few seconds.</param>
    /// <param name="clock">When.</param>
    public RunWatch(string stateFolder, string id, Action note, TimeProvider clock)
    {
        (this.stateFolder, this.id) = (stateFolder, id);
        timer = new PeriodicTimer(Look, clock);
        looking = LookAsync(note);
    }

    /// <summary>Cancelled when somebody has asked.</summary>
    public CancellationToken Stop => stop.Token;

    /// <summary>Who asked; null: nobody.</summary>
    public string? AskedBy => StopRequest.Read(stateFolder, id);

    public void Dispose()
    {
        timer.Dispose();
        looking.GetAwaiter().GetResult();
        stop.Dispose();
        try
        {
            StopRequest.Remove(stateFolder, id);
        }
        catch (Exception kept) when (kept is Fault or IOException or UnauthorizedAccessException)
        {
            // It is of a run that has ended: nobody reads it again, and the next tidying removes it.
        }
    }

    private async Task LookAsync(Action note)
    {
        for (var looks = 1; await timer.WaitForNextTickAsync().ConfigureAwait(false); looks++)
        {
            if (!stop.IsCancellationRequested && AskedBy is not null) await stop.CancelAsync().ConfigureAwait(false);
            if (looks % NoteEach != 0) continue;
            try
            {
                note();
            }
            catch (Exception unwritten) when (unwritten is Fault or IOException or UnauthorizedAccessException)
            {
                // Where a run is helps who waits for it; that this cannot be written is no reason to end the watch, or the run.
            }
        }
    }
}
