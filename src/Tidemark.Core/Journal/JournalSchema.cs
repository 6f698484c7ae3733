using Microsoft.Data.Sqlite;

namespace Tidemark.Journal;

/// <summary>The tables of the journal. Their version stands in <c>user_version</c>.</summary>
internal static class JournalSchema
{
    /// <summary>Each brings a journal one version on, and is never changed again: journals of every version are out there.</summary>
    private static readonly string[] Steps =
    [
        // The first program of version 1 wrote the number after the tables: killed in between, it left them with version 0.
        """
        create table if not exists runs (
            id text primary key, kind text not null, database text not null, actor text not null, started_at text not null, finished_at text,
            state text not null, error_code text, error text, backup_id text) strict;
        create index if not exists runs_by_start on runs (started_at);
        """,
        """
        alter table runs add column why text;
        create index runs_running on runs (id) where state = 'running';
        create table notices (
            id integer primary key autoincrement, kind text not null, database text not null, error_code text not null, text text not null, run_id text not null,
            first_at text not null, last_at text not null, count integer not null, over_at text) strict;
        create unique index notices_open on notices (kind, database, error_code) where over_at is null;
        """,
        """
        alter table runs add column queued_at text;
        alter table runs add column request text;
        alter table runs add column schedule text;
        alter table runs add column due_at text;
        alter table runs add column phase text;
        alter table runs add column bytes integer;
        create index runs_queued on runs (queued_at) where state = 'queued';
        """,
        EventTally.Table,
        // What is not over stays as it is in notices: the next look makes incidents of it.
        """
        create table incidents (
            id integer primary key autoincrement, database text not null, cause text not null, place text not null, level integer not null, text text not null,
            since text not null, told_at text not null, events integer not null, reminders integer not null, over_at text) strict;
        create unique index incidents_open on incidents (database, cause, place) where over_at is null;
        create table deliveries (
            id text not null unique, incident integer not null references incidents (id), event integer not null, channel text not null, message text not null,
            made_at text not null, tries integer not null default 0, next_at text not null, error text, delivered_at text, unique (incident, event, channel)) strict;
        create index deliveries_waiting on deliveries (incident) where delivered_at is null;
        """,
        """
        create table schedules (name text not null, database text not null, definition text not null, since text not null, settled_at text, primary key (name, database)) strict;
        create index runs_of_schedule on runs (schedule, database) where schedule is not null;
        """,
        """
        create table tokens (
            id text primary key, name text not null, hash text not null unique, role text not null, also text not null, created_at text not null,
            expires_at text, last_used_at text, revoked_at text) strict;
        create unique index tokens_by_name on tokens (name) where revoked_at is null;
        create table request_keys (actor text not null, key text not null, body text not null, run_id text not null, at text not null, primary key (actor, key)) strict;
        """,
        MeasuredPhase.Table,
    ];

    /// <summary>Of this program.</summary>
    public static int Newest => Steps.Length;

    /// <summary>Whether a journal of this version counts events.</summary>
    public static bool Counts(int version) => version > Array.IndexOf(Steps, EventTally.Table);

    /// <summary>Whether a journal of this version knows how long restores took.</summary>
    public static bool Measures(int version) => version > Array.IndexOf(Steps, MeasuredPhase.Table);

    /// <summary>Makes what is missing. Of several programs at once one does it, and a kill leaves the old version whole.</summary>
    /// <exception cref="Fault">A newer program's.</exception>
    public static void Migrate(SqliteConnection connection)
    {
        var version = VersionOf(connection);
        connection.Execute("pragma journal_mode = wal; pragma synchronous = full");
        if (version == Steps.Length) return;
        using var transaction = connection.BeginTransaction(deferred: false);
        var missing = Steps[VersionOf(connection)..];
        foreach (var step in missing) connection.Execute(step);
        if (missing.Contains(EventTally.Table)) EventTally.Seed(connection, Path.GetDirectoryName(connection.DataSource)!);
        connection.Execute($"pragma user_version = {Steps.Length}");
        transaction.Commit();
    }

    /// <summary>0: nothing in it yet.</summary>
    /// <exception cref="Fault">A newer program's.</exception>
    public static int VersionOf(SqliteConnection connection)
    {
        var version = connection.Read("pragma user_version", row => row.GetInt64(0))[0];
        return version <= Steps.Length ? (int)version : throw JournalFault.Newer(version, Steps.Length, connection.DataSource);
    }
}
