using Tidemark.Restores.Bases;

namespace Tidemark.Tests.Restores.Bases;

/// <summary>Lines as servers wrote them, each with the prefix of its own configuration.</summary>
public sealed class ReplayLogTests
{
    private const string Begun = "LOG:  starting archive recovery\n2026-11-23 17:00:00.000 UTC [7] LOG:  redo starts at 0/2000028\n2026-11-23 17:00:00.100 UTC [7] LOG:  consistent recovery state reached at 0/2000100\n";

    [Theory]
    [InlineData("2026-11-23 17:00:00 UTC [1] LOG:  database system is ready to accept read-only connections\n[7] LOG:  recovery stopping after WAL location (LSN) \"0/3000148\"\n[7] LOG:  pausing at the end of recovery\n[7] HINT:  Execute pg_wal_replay_resume() to promote.", "paused readable at 0/2000028")]
    [InlineData("LOG:  database system is ready to accept read only connections\nLOG:  recovery has paused", "paused readable at 0/2000028")]
    [InlineData("LOG:  redo in progress, elapsed time: 1.00 s, current LSN: 0/5A00028", "at 0/5A00028")]
    [InlineData("LOG:  redo done at 0/30000A0 system usage: CPU: user: 0.00 s\nLOG:  last completed transaction was at log time 2026-11-23 18:00:00.123456+01\nLOG:  selected new timeline ID: 2\nLOG:  archive recovery complete\nLOG:  database system is ready to accept connections", "over at 0/2000028 done 0/30000A0 commit 2026-11-23T17:00:00.123456Z timeline 2")]
    [InlineData("FATAL:  the database system is starting up\nFATAL:  recovery ended before configured recovery target was reached\nFATAL:  another", "at 0/2000028 complains recovery ended before configured recovery target was reached")]
    [InlineData("LOG:  could not bind IPv4 address \"127.0.0.1\": Address already in use\nFATAL:  could not create any TCP/IP sockets", "port taken at 0/2000028 complains could not create any TCP/IP sockets")]
    [InlineData("LOG:  started streaming WAL from primary at 0/4000000 on timeline 1", "streaming at 0/2000028")]
    public void What_a_server_says_is_understood(string said, string expected)
    {
        var log = new ReplayLog();
        foreach (var line in (Begun + said).Split('\n')) log.Take(line);
        Assert.True(log.IsConsistent);
        string?[] told =
        [
            log.IsPaused ? "paused" : null, log.IsOver ? "over" : null, log.IsReadable ? "readable" : null, log.IsStreaming ? "streaming" : null, log.IsPortTaken ? "port taken" : null, $"at {log.At}",
            log.Done is { } done ? $"done {done}" : null, log.LastCommit is { } commit ? $"commit {RecoveryTarget.Told(commit)}" : null, log.Timeline is { } timeline ? $"timeline {timeline.Value}" : null, log.Complaint is { } complaint ? $"complains {complaint}" : null,
        ];
        Assert.Equal(expected, string.Join(' ', told.OfType<string>()));
    }
}
