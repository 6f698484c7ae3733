using Microsoft.Data.Sqlite;

namespace Tidemark.Journal;

/// <summary>Reading rows of the table of runs.</summary>
internal static class RunRows
{
    /// <param name="connection">The journal.</param>
    /// <param name="version">Its version: 1 knows no why, 2 nothing that is queued.</param>
    /// <param name="tail">What follows the name of the table.</param>
    /// <param name="parameters">Of the tail.</param>
    public static List<RunRow> Of(SqliteConnection connection, int version, string tail, params (string Name, object? Value)[] parameters) =>
        connection.Read($"""
            select id, kind, database, actor, started_at, finished_at, state, error_code, error, {(version == 1 ? "null" : "why")}, backup_id,
                {(version < 3 ? "null, null, null, null, null, null" : "queued_at, request, schedule, due_at, phase, bytes")} from runs {tail}
            """, Row, parameters);

    private static RunRow Row(SqliteDataReader reader) => new()
    {
        Id = reader.GetString(0),
        Kind = reader.GetString(1),
        Database = reader.GetString(2),
        Actor = reader.GetString(3),
        StartedAt = reader.Time(4),
        FinishedAt = reader.TimeOrNull(5),
        State = reader.GetString(6),
        ErrorCode = reader.TextOrNull(7),
        Error = reader.TextOrNull(8),
        Why = reader.TextOrNull(9),
        BackupId = reader.TextOrNull(10),
        QueuedAt = reader.TimeOrNull(11),
        Request = reader.TextOrNull(12),
        Schedule = reader.TextOrNull(13),
        DueAt = reader.TimeOrNull(14),
        Phase = reader.TextOrNull(15),
        Bytes = reader.IsDBNull(16) ? null : reader.GetInt64(16),
    };
}
