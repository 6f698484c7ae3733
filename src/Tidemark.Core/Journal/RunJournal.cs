using Microsoft.Data.Sqlite;
using Tidemark.Files;

namespace Tidemark.Journal;

/// <summary>The history of runs, in SQLite beside the backups. What concerns the backups themselves is in their manifests; this may be lost.</summary>
internal sealed partial class RunJournal : IDisposable
{
    public const string FileName = "journal.db";

    private readonly SqliteConnection connection;

    private RunJournal(SqliteConnection connection) => this.connection = connection;

    /// <summary>Opens it for writing, made or brought to this program's version where need be.</summary>
    /// <exception cref="Fault">Damaged, not to be written, or a newer program's.</exception>
    public static RunJournal Open(string stateFolder)
    {
        PrivateFolder.Ensure(stateFolder);
        var path = Path.Combine(stateFolder, FileName);
        RegularFile.RequireOwn(path, "the journal of runs");
        // SQLite would make its file with the umask's rights.
        PrivateFile.OpenAppend(path).Dispose();
        // Seconds to wait for another writer.
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 30 }.ToString());
        try
        {
            connection.Open();
            JournalSchema.Migrate(connection);
            return new RunJournal(connection);
        }
        catch (Exception unusable) when (unusable is SqliteException or Fault)
        {
            connection.Dispose();
            if (unusable is SqliteException failed) throw JournalFault.Of(failed, path);
            throw;
        }
    }

    /// <summary>Writes a run as it stands now, known or not.</summary>
    /// <param name="run">At its start or at its end.</param>
    /// <param name="noticed">A failure leaves a notice, and a success ends it.</param>
    /// <param name="counted">The event that its end is; null: none.</param>
    public void Write(RunRow run, bool noticed, string? counted = null) => Write(run, noticed, counted, "");

    /// <summary>Ends a run that its own process did not end. False when somebody else has ended it by now.</summary>
    public bool EndForIt(RunRow run, bool noticed, string? counted = null) => Write(run, noticed, counted, "where state = 'running'");

    /// <summary>Writes a run that ends what is told of its kind and database, although it did not succeed: there is nothing left to succeed.</summary>
    public void EndNotices(RunRow run) => Guarded(() =>
    {
        Write(run, noticed: false);
        return connection.Execute("update notices set over_at = $at where kind = $kind and database = $database and over_at is null", ("$at", JournalSql.Text(run.FinishedAt!.Value)), ("$kind", run.Kind), ("$database", run.Database));
    });

    /// <summary>Counts events that are the end of no run.</summary>
    public void Count(IEnumerable<(string Action, string Database)> events) => Guarded(() =>
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        foreach (var (action, database) in events) EventTally.Add(connection, action, database, 1);
        transaction.Commit();
        return 0;
    });

    /// <summary>Remembers how long the parts of one restore took.</summary>
    public void Measure(IEnumerable<MeasuredPhase> phases) => Guarded(() =>
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        foreach (var phase in phases) MeasuredPhase.Add(connection, phase);
        transaction.Commit();
        return 0;
    });

    /// <summary>Whether a run could be recorded now: what keeps SQLite from beginning to write is thrown.</summary>
    public void TryOut() => Guarded(() =>
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        return 0;
    });

    /// <summary>Lets a run wait for its turn. False, and nothing is written, when so many wait already.</summary>
    public bool TryQueue(RunRow run, int limit) => Guarded(() =>
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        if (!Queue(run, limit)) return false;
        transaction.Commit();
        return true;
    });

    /// <summary>As <see cref="TryQueue"/>, once for each key of an actor. Gives what the key was used for first: this run, or an earlier one. Null: so many wait already.</summary>
    public (string RunId, string Body)? TryQueueOnce(RunRow run, int limit, RequestKey key) => Guarded<(string, string)?>(() =>
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        if (RequestKeys.Find(connection, key) is { } earlier) return earlier;
        if (!Queue(run, limit)) return null;
        RequestKeys.Add(connection, key, run.Id);
        transaction.Commit();
        return (run.Id, key.Body);
    });

    /// <summary>What a key was used for first; null: for nothing yet.</summary>
    public (string RunId, string Body)? Earlier(RequestKey key) => Guarded(() => RequestKeys.Find(connection, key));

    /// <summary>Who may use the service.</summary>
    public TokenTable Tokens => new(connection);

    /// <remarks>What schedules ask for is bounded by itself, one a schedule and database: it takes no place from people, nor people from it.</remarks>
    private bool Queue(RunRow run, int limit)
    {
        var waiting = connection.Read("select count(*) from runs where state = 'queued' and schedule is null", row => row.GetInt64(0))[0];
        if (run.Schedule is null && waiting >= limit) return false;
        connection.Execute("""
            insert into runs (id, kind, database, actor, started_at, state, queued_at, request, schedule, due_at) values ($id, $kind, $database, $actor, $queued, 'queued', $queued, $request, $schedule, $due)
            """, ("$id", run.Id), ("$kind", run.Kind), ("$database", run.Database), ("$actor", run.Actor), ("$queued", JournalSql.Text(run.StartedAt)), ("$request", run.Request), ("$schedule", run.Schedule), ("$due", Text(run.DueAt)));
        return true;
    }

    /// <inheritdoc cref="ScheduleRows.Know"/>
    public ScheduleRow KnowSchedule(string name, string database, string definition, DateTimeOffset now) => Guarded(() => ScheduleRows.Know(connection, name, database, definition, now));

    /// <summary>This time of a schedule, and all before it, are decided.</summary>
    public void SettleSchedule(string name, string database, DateTimeOffset due) => Guarded(() =>
    {
        ScheduleRows.Settle(connection, name, database, due);
        return true;
    });

    /// <summary>A schedule's runs for the latest time that any was for, the newest first.</summary>
    public IReadOnlyList<RunRow> LatestRuns(string schedule, string database) => Guarded(() => ScheduleRows.LatestRuns(connection, JournalSchema.VersionOf(connection), schedule, database));

    /// <summary>A schedule that stands for every database stands for these only.</summary>
    public void ForgetScheduled(string name, IReadOnlyCollection<string> except) => Guarded(() =>
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        foreach (var gone in ScheduleRows.DatabasesOf(connection, name).Where(database => !except.Contains(database))) ScheduleRows.Forget(connection, name, gone);
        transaction.Commit();
        return true;
    });

    /// <summary>Every database that this schedule is known for.</summary>
    public IReadOnlyList<string> DatabasesOfSchedule(string name) => Guarded(() => ScheduleRows.DatabasesOf(connection, name));

    /// <summary>Those that wait, in their order: whoever restores is in need, and comes before backups.</summary>
    public IReadOnlyList<RunRow> Queued() => Guarded(() => RunRows.Of(connection, JournalSchema.VersionOf(connection), "where state = 'queued' order by kind <> 'restore', queued_at, rowid"));

    /// <summary>Ends a run that never began. False when it has begun, or was ended, by now.</summary>
    public bool EndQueued(RunRow run) => Write(run, false, null, "where state = 'queued'");

    /// <summary>Where a run is that is still at work.</summary>
    public void Note(string id, string phase, long? bytes) => Guarded(() =>
        connection.Execute("update runs set phase = $phase, bytes = $bytes where id = $id and state = 'running'", ("$id", id), ("$phase", phase), ("$bytes", bytes)));

    public IReadOnlyList<RunRow> Running() => Guarded(() => RunRows.Of(connection, JournalSchema.VersionOf(connection), "where state = 'running' order by started_at"));

    /// <summary>Forgets successes of this kind that began before.</summary>
    public void Forget(string kind, DateTimeOffset before) => Guarded(() =>
        connection.Execute("delete from runs where kind = $kind and state = 'succeeded' and started_at < $before", ("$kind", kind), ("$before", JournalSql.Text(before))));

    /// <summary>Forgets what is over for long: a journal does not grow without end. The latest of each kind, database and state stays, and the latest of each schedule.</summary>
    /// <param name="before">What ended before is forgotten.</param>
    /// <param name="most">Runs; the oldest beyond are forgotten, however young.</param>
    public void Sweep(DateTimeOffset before, int most) => Guarded(() =>
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        var from = connection.Read("select started_at from runs order by started_at desc limit 1 offset $most", row => row.GetString(0), ("$most", most - 1)).FirstOrDefault();
        var oldest = JournalSql.Text(before) is var aged && string.CompareOrdinal(from, aged) > 0 ? from : aged;
        if (connection.Read("select 1 from runs where started_at < $oldest limit 1", row => row.GetInt64(0), ("$oldest", oldest)).Count > 0)
            connection.Execute("""
                delete from runs where started_at < $oldest and state not in ('queued', 'running')
                    and rowid not in (select max(rowid) from runs group by kind, database, state)
                    and rowid not in (select max(rowid) from runs where schedule is not null group by schedule, database)
                """, ("$oldest", oldest));
        // What no channel has taken by then is of one that is not set any more.
        connection.Execute("delete from deliveries where made_at < $before", ("$before", JournalSql.Text(before)));
        connection.Execute("delete from incidents where over_at < $before and not exists (select 1 from deliveries where incident = incidents.id)", ("$before", JournalSql.Text(before)));
        connection.Execute("delete from notices where over_at < $before", ("$before", JournalSql.Text(before)));
        transaction.Commit();
        return true;
    });

    public void Dispose() => connection.Dispose();

    private bool Write(RunRow run, bool noticed, string? counted, string condition) => Guarded(() =>
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        var written = connection.Execute($"""
            insert into runs (id, kind, database, actor, started_at, finished_at, state, error_code, error, why, backup_id, queued_at, request, schedule, due_at, phase, bytes)
            values ($id, $kind, $database, $actor, $started, $finished, $state, $code, $error, $why, $backup, $queued, $request, $schedule, $due, $phase, $bytes)
            on conflict (id) do update set started_at = excluded.started_at, finished_at = excluded.finished_at, state = excluded.state, error_code = excluded.error_code, error = excluded.error,
                why = excluded.why, backup_id = excluded.backup_id, phase = excluded.phase, bytes = excluded.bytes {condition}
            """,
            ("$id", run.Id), ("$kind", run.Kind), ("$database", run.Database), ("$actor", run.Actor), ("$started", JournalSql.Text(run.StartedAt)), ("$finished", Text(run.FinishedAt)),
            ("$state", run.State), ("$code", run.ErrorCode), ("$error", run.Error), ("$why", run.Why), ("$backup", run.BackupId),
            ("$queued", Text(run.QueuedAt)), ("$request", run.Request), ("$schedule", run.Schedule), ("$due", Text(run.DueAt)), ("$phase", run.Phase), ("$bytes", run.Bytes)) > 0;
        if (written && noticed) Outbox.Take(connection, run);
        if (written && counted is not null) EventTally.Add(connection, counted, run.Database, 1);
        transaction.Commit();
        return written;
    });

    private static string? Text(DateTimeOffset? time) => time is { } at ? JournalSql.Text(at) : null;

    private T Guarded<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (SqliteException unusable)
        {
            throw JournalFault.Of(unusable, connection.DataSource);
        }
    }
}
