using System.Globalization;
using Microsoft.Data.Sqlite;
using Tidemark.Files;

namespace Tidemark.Journal;

/// <summary>The history of runs, in SQLite beside the backups. What concerns the backups themselves is in their manifests; this may be lost.</summary>
internal sealed partial class RunJournal : IDisposable
{
    /// <summary>SQLite's own result codes.</summary>
    private const int InputOutput = 10, Full = 13;

    /// <summary>SQLite grows its files by pages and, beside them, a shared index of 32 KiB.</summary>
    private const int LeastRoom = 64 * 1024;

    private readonly SqliteConnection connection;

    private RunJournal(SqliteConnection connection) => this.connection = connection;

    public static RunJournal Open(string stateFolder)
    {
        PrivateFolder.Ensure(stateFolder);
        var path = PathIn(stateFolder);
        // SQLite would make its file with the umask's rights.
        PrivateFile.OpenAppend(path).Dispose();
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 10 }.ToString());
        try
        {
            connection.Open();
            var journal = new RunJournal(connection);
            journal.Migrate();
            return journal;
        }
        catch (SqliteException unusable)
        {
            connection.Dispose();
            throw Unusable(unusable, path);
        }
        catch (Fault)
        {
            connection.Dispose();
            throw;
        }
    }

    public void Begin(RunRow run) => Execute("""
        insert into runs (id, kind, database, actor, started_at, state) values ($id, $kind, $database, $actor, $started, 'running')
        """, ("$id", run.Id), ("$kind", run.Kind), ("$database", run.Database), ("$actor", run.Actor), ("$started", Text(run.StartedAt)));

    public void End(string id, string state, DateTimeOffset at, string? errorCode, string? error, string? backupId) => Execute("""
        update runs set state = $state, finished_at = $at, error_code = $code, error = $error, backup_id = $backup where id = $id
        """, ("$id", id), ("$state", state), ("$at", Text(at)), ("$code", errorCode), ("$error", error), ("$backup", backupId));

    public IReadOnlyList<RunRow> Running() => Read("where state = 'running' order by started_at");

    public IReadOnlyList<RunRow> Latest(int count) => Read($"order by started_at desc limit {count.ToString(CultureInfo.InvariantCulture)}");

    public void Dispose() => connection.Dispose();

    private void Migrate() => Execute("""
        pragma journal_mode = wal; pragma synchronous = full;
        create table if not exists runs (
            id text primary key, kind text not null, database text not null, actor text not null, started_at text not null, finished_at text,
            state text not null, error_code text, error text, backup_id text) strict;
        create index if not exists runs_by_start on runs (started_at);
        pragma user_version = 1;
        """);

    private static Fault Unusable(SqliteException unusable, string path)
    {
        // A full disk shows as an input/output error where the shared index cannot grow.
        var full = unusable.SqliteErrorCode == Full || (unusable.SqliteErrorCode == InputOutput && FreeSpace.Of(path) < LeastRoom);
        return new Fault(full ? FaultCode.DiskFull : FaultCode.Store, full ? "the journal of runs finds the disk full" : "the journal of runs cannot be used", unusable)
        {
            Where = path,
            Why = unusable.Message,
            Next = full ? $"df -h '{Path.GetDirectoryName(path)}'; then make room" : "check the disk; a damaged journal may be moved away: only the history is lost",
        };
    }

    private List<RunRow> Read(string tail)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "select id, kind, database, actor, started_at, finished_at, state, error_code, error, backup_id from runs " + tail;
        using var reader = command.ExecuteReader();
        var rows = new List<RunRow>();
        while (reader.Read())
            rows.Add(new RunRow
            {
                Id = reader.GetString(0),
                Kind = reader.GetString(1),
                Database = reader.GetString(2),
                Actor = reader.GetString(3),
                StartedAt = Time(reader.GetString(4)),
                FinishedAt = reader.IsDBNull(5) ? null : Time(reader.GetString(5)),
                State = reader.GetString(6),
                ErrorCode = reader.IsDBNull(7) ? null : reader.GetString(7),
                Error = reader.IsDBNull(8) ? null : reader.GetString(8),
                BackupId = reader.IsDBNull(9) ? null : reader.GetString(9),
            });
        return rows;
    }

    private void Execute(string sql, params (string Name, object? Value)[] parameters)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters) command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        try
        {
            command.ExecuteNonQuery();
        }
        catch (SqliteException unusable)
        {
            throw Unusable(unusable, connection.DataSource);
        }
    }

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
