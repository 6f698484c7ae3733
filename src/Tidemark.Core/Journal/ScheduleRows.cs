using Microsoft.Data.Sqlite;

namespace Tidemark.Journal;

/// <summary>The table of schedules, and the runs that they asked for.</summary>
internal static class ScheduleRows
{
    /// <summary>What is known of it. One that nobody knew, or that has become another one, is known from now on; a database that joins it, for as long as the others.</summary>
    /// <param name="connection">The journal.</param>
    /// <param name="name">Of the schedule.</param>
    /// <param name="database">Which.</param>
    /// <param name="definition">What makes it another one when it changes.</param>
    /// <param name="now">The moment.</param>
    public static ScheduleRow Know(SqliteConnection connection, string name, string database, string definition, DateTimeOffset now)
    {
        connection.Execute("""
            insert into schedules (name, database, definition, since)
            values ($name, $database, $definition, coalesce((select min(since) from schedules where name = $name and definition = $definition), $now))
            on conflict (name, database) do update set since = $now, settled_at = case when definition = $definition then settled_at end, definition = $definition where definition <> $definition or since > $now
            """, ("$name", name), ("$database", database), ("$definition", definition), ("$now", JournalSql.Text(now)));
        return Of(connection, "where name = $name and database = $database", ("$name", name), ("$database", database))[0];
    }

    public static void Settle(SqliteConnection connection, string name, string database, DateTimeOffset due) =>
        connection.Execute("update schedules set settled_at = $due where name = $name and database = $database", ("$due", JournalSql.Text(due)), ("$name", name), ("$database", database));

    public static void Forget(SqliteConnection connection, string name, string database) =>
        connection.Execute("delete from schedules where name = $name and database = $database", ("$name", name), ("$database", database));

    /// <summary>Its runs for the latest time that any was for, the newest first: in the order in which they were asked for, whatever the clock said.</summary>
    public static IReadOnlyList<RunRow> LatestRuns(SqliteConnection connection, int version, string name, string database) => version < 3 ? [] : RunRows.Of(connection, version, """
        where schedule = $name and database = $database and due_at = (select due_at from runs where schedule = $name and database = $database order by rowid desc limit 1)
        order by rowid desc
        """, ("$name", name), ("$database", database));

    public static IReadOnlyList<string> DatabasesOf(SqliteConnection connection, string name) =>
        connection.Read("select database from schedules where name = $name order by database", row => row.GetString(0), ("$name", name));

    private static List<ScheduleRow> Of(SqliteConnection connection, string tail, params (string Name, object? Value)[] parameters) =>
        connection.Read($"select name, database, since, settled_at from schedules {tail}", row => new ScheduleRow(row.GetString(0), row.GetString(1), row.Time(2), row.TimeOrNull(3)), parameters);
}
