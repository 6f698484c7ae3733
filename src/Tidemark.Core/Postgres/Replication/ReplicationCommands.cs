using System.Globalization;
using Tidemark.Postgres.Wal;

namespace Tidemark.Postgres.Replication;

/// <summary>The commands of a walsender that take a moment, and the one that begins a stream.</summary>
internal static class ReplicationCommands
{
    public static async Task<SystemIdentity> IdentifyAsync(this ReplicationConnection connection, CancellationToken token)
    {
        var row = await OneAsync(connection, "IDENTIFY_SYSTEM", token);
        return ulong.TryParse(row.Text(0), NumberStyles.None, CultureInfo.InvariantCulture, out var identifier)
            ? new SystemIdentity(identifier, row.Timeline(1), row.Lsn(2))
            : throw ProtocolFault.Of($"'{row.Text(0)}' is no system identifier");
    }

    public static async Task<string> ShowAsync(this ReplicationConnection connection, string setting, CancellationToken token) => (await OneAsync(connection, $"SHOW {setting}", token)).Text(0);

    public static async Task<bool> IsInRecoveryAsync(this ReplicationConnection connection, CancellationToken token) =>
        // Reported by 14 and later.
        (connection.Parameter("in_hot_standby") ?? await connection.ShowAsync("transaction_read_only", token)) == "on";

    public static async Task<WalSegmentSize> SegmentSizeAsync(this ReplicationConnection connection, CancellationToken token)
    {
        var said = await connection.ShowAsync("wal_segment_size", token);
        var shift = said.Length < 3 ? -1 : said[^2..] switch { "kB" => 10, "MB" => 20, "GB" => 30, _ => -1 };
        return shift >= 0 && long.TryParse(said.AsSpan(0, said.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= WalSegmentSize.Largest && WalSegmentSize.IsOne(count << shift)
            ? new WalSegmentSize((int)(count << shift)) : throw ProtocolFault.Of($"wal_segment_size is '{said}'");
    }

    /// <summary>Makes a physical slot that holds back WAL from now on; a temporary one ends with this session.</summary>
    public static Task CreateSlotAsync(this ReplicationConnection connection, string slot, bool temporary, CancellationToken token) =>
        // The form of before 15, which later servers take too.
        connection.QueryAsync($"CREATE_REPLICATION_SLOT {SqlText.Identifier(slot)}{(temporary ? " TEMPORARY" : "")} PHYSICAL RESERVE_WAL", token);

    /// <summary>What a slot holds back, as 15 and later can tell; null: there is no such slot.</summary>
    /// <exception cref="Fault">With SQLSTATE 0A000: the server is older.</exception>
    public static async Task<PhysicalSlot?> ReadSlotAsync(this ReplicationConnection connection, string slot, CancellationToken token)
    {
        var row = await OneAsync(connection, $"READ_REPLICATION_SLOT {SqlText.Identifier(slot)}", token);
        if (row.TextOrNull(0) is null) return null;
        return row.TextOrNull(1) is null ? new PhysicalSlot(null, null) : new PhysicalSlot(row.Lsn(1), row.Timeline(2));
    }

    /// <summary>Waits until nobody uses it: the server takes a moment to see that a connection is gone.</summary>
    public static Task DropSlotAsync(this ReplicationConnection connection, string slot, CancellationToken token) => connection.QueryAsync($"DROP_REPLICATION_SLOT {SqlText.Identifier(slot)} WAIT", token);

    /// <summary>The content of a timeline's history file, as it is on the server. Timeline 1 has none.</summary>
    public static async Task<byte[]> TimelineHistoryAsync(this ReplicationConnection connection, TimelineId timeline, CancellationToken token)
    {
        var row = await OneAsync(connection, $"TIMELINE_HISTORY {timeline.Value}", token);
        if (row.Text(0) != timeline.HistoryFileName) throw ProtocolFault.Of($"the server answers with {row.Text(0)} when it is asked for {timeline.HistoryFileName}");
        return row.Bytes(1) ?? throw ProtocolFault.Of($"{timeline.HistoryFileName} has no content");
    }

    /// <summary>Begins to stream WAL from a place on; it ends where the timeline does, which may be at once. Without a slot nothing is held back.</summary>
    public static async Task<ReplicationStream> StreamAsync(this ReplicationConnection connection, string? slot, Lsn start, TimelineId timeline, CancellationToken token)
    {
        // Before 15 the server wants to have been asked first, for its own sake.
        if (connection.Version.Major < 15) await connection.IdentifyAsync(token);
        await connection.BeginAsync($"START_REPLICATION{(slot is null ? "" : $" SLOT {SqlText.Identifier(slot)}")} PHYSICAL {start} TIMELINE {timeline.Value}", token);
        var stream = new ReplicationStream(connection, start);
        await stream.BeginAsync(token);
        return stream;
    }

    private static async Task<ResultRow> OneAsync(ReplicationConnection connection, string command, CancellationToken token) =>
        await connection.QueryAsync(command, token) is [var row] ? row : throw ProtocolFault.Of($"{command} answers with something else than one row");
}
