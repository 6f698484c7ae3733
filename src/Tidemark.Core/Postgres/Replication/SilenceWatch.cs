namespace Tidemark.Postgres.Replication;

/// <summary>Ends a wait for the network that lasts too long, by closing the connection. It costs a wait two stores, and no memory.</summary>
internal sealed class SilenceWatch : IDisposable
{
    private const long Nobody = 0;

    private readonly TimeProvider clock;
    private readonly Action close;
    private readonly ITimer timer;
    private long readingSince, writingSince;
    private long patience;

    public SilenceWatch(TimeProvider clock, TimeSpan patience, Action close)
    {
        (this.clock, this.close, this.patience) = (clock, close, patience.Ticks);
        timer = clock.CreateTimer(_ => Look(), null, Period(patience), Period(patience));
    }

    /// <summary>Longer waits end; <see cref="Timeout.InfiniteTimeSpan"/>: none does.</summary>
    public TimeSpan Patience
    {
        get => new(Volatile.Read(ref patience));
        set
        {
            Volatile.Write(ref patience, value.Ticks);
            timer.Change(Period(value), Period(value));
        }
    }

    public bool HasEnded { get; private set; }

    public void BeginRead() => Volatile.Write(ref readingSince, clock.GetTimestamp());

    public void EndRead() => Volatile.Write(ref readingSince, Nobody);

    public void BeginWrite() => Volatile.Write(ref writingSince, clock.GetTimestamp());

    public void EndWrite() => Volatile.Write(ref writingSince, Nobody);

    public void Dispose() => timer.Dispose();

    private void Look()
    {
        if (!IsLong(Volatile.Read(ref readingSince)) && !IsLong(Volatile.Read(ref writingSince))) return;
        HasEnded = true;
        close();
    }

    private bool IsLong(long since) => since != Nobody && Patience >= TimeSpan.Zero && clock.GetElapsedTime(since) > Patience;

    private static TimeSpan Period(TimeSpan patience) =>
        patience < TimeSpan.Zero ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(Math.Clamp(patience.TotalMilliseconds / 8, 20, 5000));
}
