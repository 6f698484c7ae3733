using System.Globalization;
using System.Text.RegularExpressions;
using Tidemark.Postgres.Wal;

namespace Tidemark.Restores.Bases;

/// <summary>What a recovering server says (PostgreSQL 13 to 18, messages in English), line by line. Pure.</summary>
internal sealed partial class ReplayLog
{
    private const string Fatal = "FATAL:  ", Panic = "PANIC:  ", NoPort = "could not bind";

    /// <summary>It accepts readers.</summary>
    public bool IsReadable { get; private set; }

    public bool IsConsistent { get; private set; }

    /// <summary>At its target.</summary>
    public bool IsPaused { get; private set; }

    /// <summary>Recovery is over.</summary>
    public bool IsOver { get; private set; }

    /// <summary>From its primary.</summary>
    public bool IsStreaming { get; private set; }

    /// <summary>Some way of what is replayed; null: it did not say.</summary>
    public Lsn? At { get; private set; }

    /// <summary>Where the last record that was replayed begins, once recovery is over.</summary>
    public Lsn? Done { get; private set; }

    public DateTimeOffset? LastCommit { get; private set; }

    /// <summary>That it chose when it was promoted.</summary>
    public TimelineId? Timeline { get; private set; }

    /// <summary>The first sentence that tells why it ended, or why its receiver did; null: it complained of nothing.</summary>
    public string? Complaint { get; private set; }

    /// <summary>Another server has its port.</summary>
    public bool IsPortTaken { get; private set; }

    public void Take(string line)
    {
        IsConsistent |= line.Contains("consistent recovery state reached", StringComparison.Ordinal);
        IsReadable |= line.Contains("ready to accept read-only connections", StringComparison.Ordinal) || line.Contains("ready to accept read only connections", StringComparison.Ordinal);
        // 13 says the one, 14 and later the other.
        IsPaused |= line.Contains("pausing at the end of recovery", StringComparison.Ordinal) || line.Contains("recovery has paused", StringComparison.Ordinal);
        IsOver |= line.Contains("database system is ready to accept connections", StringComparison.Ordinal);
        IsStreaming |= line.Contains("started streaming WAL from primary", StringComparison.Ordinal);
        IsPortTaken |= line.Contains(NoPort, StringComparison.Ordinal);
        if (Places().Match(line) is { Success: true } at && Lsn.TryParse(at.Groups[1].Value, out var place)) At = place;
        if (RedoDone().Match(line) is { Success: true } done && Lsn.TryParse(done.Groups[1].Value, out var end)) Done = end;
        if (Commit().Match(line) is { Success: true } commit && DateTimeOffset.TryParse(commit.Groups[1].Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)) LastCommit = time.ToUniversalTime();
        if (NewTimeline().Match(line) is { Success: true } timeline) Timeline = new TimelineId(uint.Parse(timeline.Groups[1].ValueSpan, CultureInfo.InvariantCulture));
        foreach (var word in (string[])[Fatal, Panic])
            // Clients that come too early are turned away with the same word.
            if (line.IndexOf(word, StringComparison.Ordinal) is >= 0 and var from && !line.Contains("the database system is ", StringComparison.Ordinal)) Complaint ??= line[(from + word.Length)..].TrimEnd();
    }

    [GeneratedRegex(@"(?:current LSN:|redo starts at) ([0-9A-F]+/[0-9A-F]+)")]
    private static partial Regex Places();

    [GeneratedRegex(@"redo done at ([0-9A-F]+/[0-9A-F]+)")]
    private static partial Regex RedoDone();

    [GeneratedRegex(@"last completed transaction was at log time (\S+ \S+)")]
    private static partial Regex Commit();

    [GeneratedRegex(@"selected new timeline ID: (\d+)")]
    private static partial Regex NewTimeline();
}
