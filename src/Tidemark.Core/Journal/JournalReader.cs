using Microsoft.Data.Sqlite;
using Tidemark.Files;

namespace Tidemark.Journal;

/// <summary>The journal for those who only look: nothing is made, repaired or brought to a newer version, and no right to write is needed.</summary>
internal sealed class JournalReader : IDisposable
{
    /// <summary>SQLite's own result codes.</summary>
    private const int ReadOnlyPlace = 8, CannotOpen = 14;

    private readonly SqliteConnection connection;
    private readonly string path;
    private readonly int version;

    private JournalReader(SqliteConnection connection, string path, int version) => (this.connection, this.path, this.version) = (connection, path, version);

    /// <summary>Null when no run has been recorded yet.</summary>
    /// <exception cref="Fault">Damaged, not to be read, or a newer program's.</exception>
    public static JournalReader? Open(string stateFolder)
    {
        var path = Path.Combine(stateFolder, RunJournal.FileName);
        HeldFolders.Require(stateFolder);
        if (FileFacts.Find(path) is null) return null;
        RegularFile.RequireOwn(path, "the journal of runs");
        try
        {
            return Open(path, path);
        }
        catch (SqliteException refused) when (refused.SqliteErrorCode is ReadOnlyPlace or CannotOpen && new FileInfo(path + "-wal") is not { Exists: true, Length: > 0 })
        {
            // SQLite wants its index beside the file, and who may not write there cannot make one. Without a log of changes the file is all there is.
            return Guarded(() => Open(path, new Uri(path).AbsoluteUri + "?immutable=1"), path);
        }
        catch (SqliteException unusable)
        {
            throw JournalFault.Of(unusable, path);
        }
    }

    /// <summary>Newest first.</summary>
    public IReadOnlyList<RunRow> Runs(RunFilter filter) => Rows("""
        where ($database is null or database = $database) and ($kind is null or kind = $kind) and ($state is null or state = $state) order by started_at desc, rowid desc limit $limit
        """, ("$database", filter.Database), ("$kind", filter.Kind), ("$state", filter.State), ("$limit", filter.Limit));

    /// <summary>Those that began between these two, oldest first.</summary>
    public IReadOnlyList<RunRow> RunsBetween(DateTimeOffset from, DateTimeOffset until) => Rows("where started_at >= $from and started_at < $until order by started_at, rowid", ("$from", JournalSql.Text(from)), ("$until", JournalSql.Text(until)));

    /// <summary>The first success of this kind and database that began then or later; null: there is none yet.</summary>
    public RunRow? NextSuccess(string kind, string database, DateTimeOffset from) =>
        Rows("where kind = $kind and database = $database and state = 'succeeded' and started_at >= $from order by started_at limit 1", ("$kind", kind), ("$database", database), ("$from", JournalSql.Text(from))).FirstOrDefault();

    /// <summary>Runs whose id begins so, at most so many, newest first; the one whose id it is comes alone.</summary>
    public IReadOnlyList<RunRow> Named(string id, int limit) => Rows("where id = $id", ("$id", id)) is { Count: 1 } exact ? exact
        : Rows("where substr(id, 1, length($id)) = $id order by started_at desc, rowid desc limit $limit", ("$id", id), ("$limit", limit));

    /// <summary>The latest run of each kind and database that a condition in SQL holds for.</summary>
    // Of a bare column beside max(), SQLite takes the value in the row of the maximum.
    public IReadOnlyList<RunRow> LastOfEach(string condition) => Rows($"where rowid in (select row from (select rowid as row, max(started_at) from runs where {condition} group by kind, database))");

    /// <summary>How long the parts of the latest restores and drills took.</summary>
    public IReadOnlyList<MeasuredPhase> Phases() => JournalSchema.Measures(version) ? Guarded(() => MeasuredPhase.Read(connection), path) : [];

    /// <summary>A schedule's runs for the latest time that any was for, the newest first.</summary>
    public IReadOnlyList<RunRow> LatestRuns(string schedule, string database) => Guarded(() => ScheduleRows.LatestRuns(connection, version, schedule, database), path);

    /// <summary>Notices that are not over, oldest first.</summary>
    public IReadOnlyList<NoticeRow> OpenNotices() => version < 2 ? [] : Guarded(() => Outbox.Open(connection), path);

    /// <summary>Those that were open at any moment between these two, oldest first.</summary>
    public IReadOnlyList<NoticeRow> NoticesBetween(DateTimeOffset from, DateTimeOffset until) => version < 2 ? [] : Guarded(() => Outbox.Between(connection, from, until), path);

    /// <summary>How many runs wait for their turn.</summary>
    public int Queued() => Guarded(() => (int)connection.Read("select count(*) from runs where state = 'queued'", row => row.GetInt64(0))[0], path);

    /// <summary>Null: this journal does not count yet.</summary>
    public IReadOnlyDictionary<(string Action, string Database), long>? EventCounts() => JournalSchema.Counts(version) ? Guarded(() => EventTally.Of(connection), path) : null;

    /// <summary>Incidents that are not over, oldest first.</summary>
    public IReadOnlyList<IncidentRow> OpenIncidents() => !HasIncidents() ? [] : Guarded(() => IncidentBook.Open(connection), path);

    /// <summary>What no channel has taken yet, in the order in which it was made.</summary>
    public IReadOnlyList<DeliveryRow> Waiting() => !HasIncidents() ? [] : Guarded(() => IncidentBook.Waiting(connection), path);

    /// <summary>All that were ever made, the oldest first.</summary>
    public IReadOnlyList<TokenRow> Tokens() => version < TokenTable.Since ? [] : Guarded(() => TokenTable.Read(connection), path);

    public void Dispose() => connection.Dispose();

    /// <summary>A journal that an older program wrote last has none.</summary>
    private bool HasIncidents() => Guarded(() => connection.Read("select count(*) from sqlite_master where type = 'table' and name = 'deliveries'", row => row.GetInt64(0))[0] > 0, path);

    private static JournalReader? Open(string path, string source)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = source, Mode = SqliteOpenMode.ReadOnly, Pooling = false, DefaultTimeout = 30 }.ToString());
        JournalReader? opened = null;
        try
        {
            connection.Open();
            var version = JournalSchema.VersionOf(connection);
            return version == 0 ? null : opened = new JournalReader(connection, path, version);
        }
        finally
        {
            if (opened is null) connection.Dispose();
        }
    }

    private List<RunRow> Rows(string tail, params (string Name, object? Value)[] parameters) => Guarded(() => RunRows.Of(connection, version, tail, parameters), path);

    private static T Guarded<T>(Func<T> read, string path)
    {
        try
        {
            return read();
        }
        catch (SqliteException unusable)
        {
            throw JournalFault.Of(unusable, path);
        }
    }
}
