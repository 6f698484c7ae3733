using Tidemark.Dumps.Plain;

namespace Tidemark.Dumps;

/// <summary>Turns what the check has read and the writer has stored into progress: by the sizes of the tables that are done.</summary>
internal sealed class DumpTracker(IReadOnlyDictionary<(string Schema, string Table), long> sizes, IProgress<DumpProgress> progress)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private readonly long total = Math.Max(1, sizes.Values.Sum());
    private long doneSize, told, currentSize, currentStart, dumped, text;
    private int doneTables;

    public void Table(PlainDumpEvent table)
    {
        var size = sizes.GetValueOrDefault((table.Schema, table.Table));
        if (table.Ended)
        {
            Interlocked.Add(ref doneSize, size);
            Interlocked.Exchange(ref currentSize, 0);
            Interlocked.Increment(ref doneTables);
        }
        else
        {
            Interlocked.Exchange(ref currentSize, size);
            Interlocked.Exchange(ref currentStart, Interlocked.Read(ref text));
        }
    }

    /// <param name="bytes">Came from pg_dump just now.</param>
    /// <param name="stored">Bytes stored so far.</param>
    /// <param name="read">SQL text that the check has read so far; null without a check: the fraction is then not known.</param>
    /// <param name="now">Any monotonic clock.</param>
    public void Moved(int bytes, long stored, long? read, TimeSpan now)
    {
        var all = Interlocked.Add(ref dumped, bytes);
        Interlocked.Exchange(ref text, read ?? 0);
        if (now.Ticks - Interlocked.Read(ref told) < Interval.Ticks) return;
        Interlocked.Exchange(ref told, now.Ticks);
        progress.Report(new DumpProgress(all, stored, doneTables, sizes.Count, read is { } soFar ? Fraction(soFar) : null));
    }

    private double Fraction(long read)
    {
        // Within a table: its text against its size on disk, never the whole of it before its end is seen.
        var current = Math.Min(read - Interlocked.Read(ref currentStart), Interlocked.Read(ref currentSize) * 0.95);
        return Math.Clamp((Interlocked.Read(ref doneSize) + current) / total, 0, 1);
    }
}
