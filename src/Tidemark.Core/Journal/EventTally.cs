using Microsoft.Data.Sqlite;
using Tidemark.Audit;

namespace Tidemark.Journal;

/// <summary>How often what the audit log tells of has happened. The journal counts, because the log is put aside when it is full.</summary>
/// <param name="Counts">By action and database; absent when 0.</param>
/// <param name="Finding">Why it is not known; then nothing is counted, which is not the same as 0.</param>
internal sealed record EventTally(IReadOnlyDictionary<(string Action, string Database), long> Counts, string? Finding)
{
    /// <summary>The table, as a step of the journal's schema.</summary>
    public const string Table = "create table event_counts (action text not null, database text not null, times integer not null, primary key (action, database)) strict, without rowid;";

    public long Of(string action, string database) => Counts.GetValueOrDefault((action, database));

    /// <summary>Where the journal does not count yet, or is lost, what the audit log says: the first to write the journal begins with that.</summary>
    public static EventTally Read(string stateFolder)
    {
        try
        {
            using var journal = JournalReader.Open(stateFolder);
            return new EventTally(journal?.EventCounts() ?? AuditTally.Read(stateFolder).Counts, null);
        }
        catch (Exception unreadable) when (unreadable is Fault or IOException or UnauthorizedAccessException)
        {
            return new EventTally(new Dictionary<(string, string), long>(), unreadable is Fault fault ? $"{fault.Where}: {fault.Why ?? fault.What}" : unreadable.Message);
        }
    }

    /// <summary>Once, when the table is made: no count goes back to 0. A log that cannot be read keeps no journal from being made.</summary>
    public static void Seed(SqliteConnection connection, string stateFolder)
    {
        try
        {
            foreach (var ((action, database), times) in AuditTally.Read(stateFolder).Counts) Add(connection, action, database, times);
        }
        catch (Exception unreadable) when (unreadable is Fault or IOException or UnauthorizedAccessException)
        {
            // Counting begins at 0 then, as without a log.
        }
    }

    public static void Add(SqliteConnection connection, string action, string database, long times) => connection.Execute("""
        insert into event_counts (action, database, times) values ($action, $database, $times) on conflict (action, database) do update set times = times + excluded.times
        """, ("$action", action), ("$database", database), ("$times", times));

    public static IReadOnlyDictionary<(string Action, string Database), long> Of(SqliteConnection connection) =>
        connection.Read("select action, database, times from event_counts", row => (Key: (row.GetString(0), row.GetString(1)), Times: row.GetInt64(2))).ToDictionary(count => count.Key, count => count.Times);
}
