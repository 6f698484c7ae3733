using Tidemark.Postgres.Wal;
using Tidemark.Wal;

namespace Tidemark.BaseBackups;

/// <summary>That all WAL of a backup is in the store: every segment that its recovery needs, one of each name, and the history of its timeline.</summary>
internal sealed class WalProof(WalArchive archive, WalSegmentSize size, TimeProvider clock)
{
    /// <summary>It comes within a moment where we bring it ourselves; who waits for an archiver need not ask a store that often.</summary>
    private static readonly TimeSpan FirstBeat = TimeSpan.FromMilliseconds(20), Beat = TimeSpan.FromSeconds(1);

    /// <summary>Waits until it is. Whoever archives may be behind: it ends when nothing has come for so long.</summary>
    /// <param name="wal">From the backup's start to its stop.</param>
    /// <param name="patience">Since the last that came.</param>
    /// <param name="watch">Throws where waiting is of no use.</param>
    /// <param name="token">Ends it.</param>
    /// <exception cref="Fault">8: a file is missing; it is named.</exception>
    public async Task WaitAsync(WalSpan wal, TimeSpan patience, Func<Task> watch, CancellationToken token)
    {
        using var beat = new PeriodicTimer(FirstBeat, clock);
        var (since, before) = (clock.GetTimestamp(), "");
        while (await MissingAsync(wal, token) is { } missing)
        {
            await watch();
            if (missing != before) (since, before) = (clock.GetTimestamp(), missing);
            if (clock.GetElapsedTime(since) > patience) throw Missing(missing, patience);
            await beat.WaitForNextTickAsync(token);
            beat.Period = TimeSpan.FromTicks(Math.Min(beat.Period.Ticks * 2, Beat.Ticks));
        }
    }

    /// <summary>The first file that is missing; null: all is there.</summary>
    /// <exception cref="Fault">8: the store, also where a part could not be looked at.</exception>
    public async Task<string?> MissingAsync(WalSpan wal, CancellationToken token)
    {
        var ((first, start), (last, stop)) = (wal.Start.Place(), wal.Stop.Place());
        var (segments, breaks, histories) = (new List<CoveredSegment>(), new List<CoveredBreak>(), new List<TimelineHistory>());
        foreach (var prefix in Prefixes(first, start, last, stop))
            foreach (var one in await archive.ListAsync(prefix, token))
                if (one.Object.Kind == WalObjectKind.Segment) segments.Add(new CoveredSegment(one.Object.Segment, one.Object.Mark, default));
                else if (one.Object.Kind == WalObjectKind.Break) breaks.Add(new CoveredBreak(one.Object.Segment, Convert.ToUInt32(one.Object.Mark, 16)));
        if (last != TimelineId.First)
        {
            if (await archive.ReadNoteAsync(WalFileName.Parse(last.HistoryFileName)!, token) is not { } history) return last.HistoryFileName;
            histories.Add(TimelineHistory.Parse(last, history));
        }
        var coverage = WalCoverage.Of(size, segments, histories, [], breaks);
        var reached = coverage.UnbrokenTo(last, start);
        return reached >= stop ? null : Name(reached ?? start, last, histories);
    }

    private string Name(Lsn at, TimelineId last, List<TimelineHistory> histories) => WalSegmentName.At(histories.Count == 0 ? last : histories[0].At(at), at, size).ToString();

    /// <summary>On one timeline only the folders of its segments: a store may hold years of WAL.</summary>
    private IEnumerable<string> Prefixes(TimelineId first, Lsn start, TimelineId last, Lsn stop)
    {
        if (first != last) return [archive.Keys.All];
        var (from, to) = (size.NumberAt(start) / size.PerLog, size.NumberBefore(stop) / size.PerLog);
        return Enumerable.Range(0, checked((int)(to - from) + 1)).Select(log => archive.Keys.Folder(WalSegmentName.Of(first, (from + (ulong)log) * size.PerLog, size)));
    }

    private Fault Missing(string name, TimeSpan patience) => new(FaultCode.Store, "the WAL of the backup is not all in the store")
    {
        Where = $"{name} in {archive.Address}",
        Why = $"it did not come within {Ages.InWords(patience)}",
        Left = "the backup does not exist; earlier ones are as they were",
        Next = "tidemark wal status # then mend what archives, and take the backup again",
    };
}
