using Npgsql;
using Tidemark.Audit;
using Tidemark.Journal;
using Tidemark.Processes;

namespace Tidemark.Runs;

/// <summary>Wraps any runner: journal, log and audit are written here and nowhere else, refusals and failures included.</summary>
/// <param name="stateFolder">Where they lie.</param>
/// <param name="actor">user@host</param>
/// <param name="clock">The time of each entry.</param>
/// <param name="mask">Hides secrets in what failures say.</param>
/// <param name="warn">Told when something that was done could not be recorded.</param>
internal sealed class RunRecorder(string stateFolder, string actor, TimeProvider clock, SecretMask mask, Action<string> warn)
{
    /// <summary>Of heartbeats that came through: at one every five minutes, 9,000 rows.</summary>
    private static readonly TimeSpan HeartbeatsKept = TimeSpan.FromDays(30);

    private const string ToldToEnd = "its process was told to end before it was done";

    /// <summary>As long as the logs of runs.</summary>
    private static readonly TimeSpan HistoryKept = TimeSpan.FromDays(400);

    private const int MostRuns = 100_000;

    private int continued;

    private readonly AuditLog audit = new(stateFolder);

    public string Actor => actor;

    /// <summary>Whether a backup of this database is known. Of one that nobody knows, a failure may be a misspelt name, and nothing would ever end its notice.</summary>
    public Func<string, bool> HasBackups { get; init; } = _ => true;

    /// <summary>The run that waited for this recorder: the first that it records continues it.</summary>
    public RunTicket? Ticket { get; init; }

    /// <summary>Hears of each run when it begins and when it has ended, recorded or not. It must neither wait nor throw.</summary>
    public Action<RunNews> Tell { get; init; } = _ => { };

    /// <summary>Runs the work as a recorded run. What it throws is recorded and thrown on; what it did stands, recorded or not.</summary>
    public async Task<T> RecordAsync<T>(RunKind kind, string database, Func<RunContext, Task<T>> work)
    {
        var begun = Begun(kind, database);
        using var traced = RunInstruments.Begin(begun);
        using var run = RunContext.Begin(stateFolder, begun.Id, clock, place => Recorded(_ => { }, journal => journal.Note(begun.Id, place.Phase, place.Bytes)));
        run.Trace = traced;
        // A journal that cannot be written keeps no backup from being taken. The end tries again, and tells.
        Recorded(run.Log, journal => journal.Write(begun, noticed: false));
        run.Log($"{kind.Name} of database \"{database}\" by {actor}");
        Tell(new RunNews(begun, null, false));
        if (kind.Started is not null) audit.Write(Event(begun, run.Details, kind.Started, "ok"));
        T result;
        try
        {
            result = await work(run);
        }
        catch (Exception failed)
        {
            var told = IsStop(failed) && run.StopAskedBy is { } by ? Stopped(kind, begun.Id, by, failed) : failed;
            // A connection that breaks because its run was told to end is no failure of the server.
            var noted = told == failed && IsStop(failed) && run.IsToldToEnd ? new Fault(FaultCode.Interrupted, ToldToEnd, failed) { Left = kind.LeftWhenStopped ?? "not known" } : told;
            End(kind, begun with { Phase = run.Place?.Phase, Bytes = run.Place?.Bytes }, run.Details, noted, run.Log);
            if (told != failed) throw told;
            throw;
        }
        End(kind, begun with { Phase = run.Details.Finding is null ? null : run.Place?.Phase, Bytes = run.Place?.Bytes }, run.Details, run.Details.Finding, run.Log);
        return result;
    }

    /// <summary>What must succeed before a run can begin: its failure is recorded as the run's.</summary>
    public async Task<T> RecordFailureAsync<T>(RunKind kind, string database, Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception failed)
        {
            return await RecordAsync(kind, database, _ => Task.FromException<T>(failed));
        }
    }

    /// <summary>A run of a moment: recorded when it is over, without a log of its own. Nothing about the recording keeps it from being done.</summary>
    public async Task<T> RecordMomentAsync<T>(RunKind kind, string database, RunDetails details, Func<Task<T>> work)
    {
        var begun = Begun(kind, database);
        T result;
        try
        {
            result = await work();
        }
        catch (Exception failed)
        {
            End(kind, begun, details, failed, _ => { });
            throw;
        }
        End(kind, begun, details, null, _ => { });
        return result;
    }

    /// <summary>Counts and audits what a run did on the way.</summary>
    /// <exception cref="Fault">8 or 15: the audit log cannot be written.</exception>
    public void Count(IReadOnlyList<AuditEvent> events)
    {
        if (events.Count == 0) return;
        // A journal that is made by this takes the audit log as the past: so it is written first.
        Recorded(warn, journal => journal.Count(events.Select(entry => (entry.Action, entry.Database))));
        foreach (var entry in events) audit.Write(entry);
    }

    /// <summary>Remembers how long the parts of a restore took: forecasts go by it.</summary>
    public void Measure(IEnumerable<MeasuredPhase> phases) => Recorded(warn, journal => journal.Measure(phases));

    /// <summary>What a run that has ended brought about, in its log.</summary>
    public void LogAfterwards(string runId, IEnumerable<string> lines)
    {
        try
        {
            using var run = RunContext.Begin(stateFolder, runId, clock);
            foreach (var line in lines) run.Log(line);
        }
        catch (Fault unwritten)
        {
            warn(Unrecorded("log of the run", unwritten));
        }
    }

    /// <summary>Removes from the history what is too old to matter.</summary>
    public void Sweep() => Recorded(warn, journal => journal.Sweep(clock.GetUtcNow() - HistoryKept, MostRuns));

    /// <summary>Marks runs whose process is gone. Returns a sentence for each.</summary>
    /// <param name="stands">True for a run whose work was done all the same, and only its record is missing.</param>
    public IReadOnlyList<string> MarkInterrupted(Func<string, bool> stands)
    {
        var told = new List<string>();
        Recorded(warn, journal =>
        {
            foreach (var run in journal.Running().Where(run => RunContext.IsOver(stateFolder, run.Id, clock)))
            {
                var ended = stands(run.Id) ? run with { State = RunState.Succeeded, FinishedAt = clock.GetUtcNow() }
                    : run with { State = RunState.Interrupted, FinishedAt = clock.GetUtcNow(), ErrorCode = FaultCode.Interrupted.Name, Error = "the process ended without a word" };
                var kind = RunKind.Named(run.Kind);
                RunContext.Forget(stateFolder, run.Id);
                var done = ended.State == RunState.Succeeded;
                var action = done ? kind is null ? null : SucceededOf(kind, run) : kind?.Failed;
                if (!journal.EndForIt(ended, IsNoticed(kind, run), action)) continue;
                if (action is not null)
                    Audited(warn, Event(run, new RunDetails(), action, done ? "ok" : "failed") with { ErrorCode = ended.ErrorCode, Error = ended.Error });
                told.Add($"the {run.Kind} of \"{run.Database}\" that began at {run.StartedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z was ended before it {(done ? "could say that it was done" : "was done")}");
            }
        });
        return told;
    }

    /// <summary>Once it was told to stop, a connection that breaks is its own being closed.</summary>
    private static bool IsStop(Exception failed) => failed is OperationCanceledException or NpgsqlException || failed is Fault { Code: var code } && (code == FaultCode.Unreachable || code == FaultCode.Interrupted);

    private static Fault Stopped(RunKind kind, string id, string by, Exception inner) => new(FaultCode.Stopped, $"{by} asked for it to stop", inner) { Where = id, Left = kind.LeftWhenStopped ?? "not known", Next = "tidemark runs list" };

    public static string NewId(RunKind kind, DateTimeOffset now) => $"{now.UtcDateTime:yyyyMMddHHmmss}-{kind.Name}-{Guid.NewGuid().ToString("N")[..6]}";

    /// <summary>A foreign file's verification is of no database: nothing would end its notice.</summary>
    private static bool IsNoticed(RunKind? kind, RunRow run) => kind is { Repeats: true } && run.Database.Length > 0;

    /// <summary>Wrong usage, or a database that neither the server nor the folder knows.</summary>
    private bool IsMistyped(Exception? failed, string database) =>
        failed is Fault { Code: var code } && code == FaultCode.Usage
        || (failed is Fault { Code: var missing } && missing == FaultCode.NotFound || IsOfNoDatabase(failed)) && !HasBackups(database);

    /// <summary>The server answers, and knows no such database.</summary>
    private static bool IsOfNoDatabase(Exception? failed) => (failed as PostgresException ?? failed?.InnerException as PostgresException)?.SqlState == PostgresErrorCodes.InvalidCatalogName;

    /// <summary>Nothing failed: somebody asked for it to stop, or its process was told to end. A limit of time that ran out looks like that, and is none.</summary>
    private static bool IsCancelled(Exception? failed) => failed is OperationCanceledException { InnerException: not TimeoutException } || failed is Fault { Code: var code } && (code == FaultCode.Interrupted || code == FaultCode.Stopped);

    private static string? SucceededOf(RunKind kind, RunRow run) => run.Schedule is null ? kind.Succeeded : kind.Scheduled ?? kind.Succeeded;

    private RunRow Begun(RunKind kind, string database)
    {
        var now = clock.GetUtcNow();
        var waited = Interlocked.Exchange(ref continued, 1) == 0 ? Ticket : null;
        return new RunRow
        {
            Id = waited?.Id ?? NewId(kind, now),
            Kind = kind.Name,
            Database = database,
            Actor = actor,
            StartedAt = now,
            State = RunState.Running,
            QueuedAt = waited?.QueuedAt,
            Request = waited?.Request,
            Schedule = waited?.Schedule,
            DueAt = waited?.DueAt,
        };
    }

    private void End(RunKind kind, RunRow begun, RunDetails details, Exception? failed, Action<string> log)
    {
        void Remark(string unrecorded)
        {
            log(unrecorded);
            warn(unrecorded);
        }

        var fault = failed as Fault;
        var cancelled = IsCancelled(failed);
        FaultCode? code = failed is null ? null : IsOfNoDatabase(failed) ? FaultCode.NoSuchDatabase : fault?.Code ?? (cancelled ? FaultCode.Interrupted : FaultCode.Failed);
        var ended = begun with
        {
            FinishedAt = clock.GetUtcNow(),
            State = code is null ? RunState.Succeeded : cancelled ? RunState.Cancelled : RunState.Failed,
            ErrorCode = code?.Name,
            Error = cancelled && fault is null ? ToldToEnd : Masked(failed?.Message),
            Why = Masked(fault?.Why),
            BackupId = details.BackupId,
        };
        log(ended.Error is null ? ended.State : $"{ended.State}: {ended.Error}{(ended.Why is null ? "" : $": {ended.Why}")}");
        if (fault is not null)
            foreach (var (name, text) in new[] { ("where", fault.Where), ("left", fault.Left), ("next", fault.Next) })
                if (text is not null) log($"  {name}: {Masked(text)}");
        var refused = code == FaultCode.Refused;
        var action = code is null ? SucceededOf(kind, begun) : cancelled ? kind.Cancelled : refused && kind.Refused is not null ? kind.Refused : kind.Failed;
        Recorded(Remark, journal =>
        {
            journal.Write(ended, IsNoticed(kind, ended) && !IsMistyped(failed, ended.Database), action);
            if (kind == RunKind.Heartbeat) journal.Forget(kind.Name, ended.StartedAt - HeartbeatsKept);
        });
        RunInstruments.Ended(ended);
        if (action is not null)
            Audited(Remark, Event(begun, details, action, code is null ? details.Outcome : cancelled ? "cancelled" : refused ? "refused" : "failed") with
            {
                DurationSeconds = Math.Round((ended.FinishedAt.Value - begun.StartedAt).TotalSeconds, 3),
                ErrorCode = ended.ErrorCode,
                Error = ended.Error,
                Why = ended.Why,
            });
        Tell(new RunNews(ended, code?.ExitCode ?? 0, details.IsChecked));
    }

    /// <summary>A full disk after the work must not make a done thing look undone, nor hide what failed first.</summary>
    private void Recorded(Action<string> tell, Action<RunJournal> write)
    {
        try
        {
            using var journal = RunJournal.Open(stateFolder);
            write(journal);
        }
        catch (Fault unwritten)
        {
            tell(Unrecorded("history of runs", unwritten));
        }
    }

    private void Audited(Action<string> tell, AuditEvent entry)
    {
        try
        {
            audit.Write(entry);
        }
        catch (Fault unwritten)
        {
            tell(Unrecorded("audit log", unwritten));
        }
    }

    private static string Unrecorded(string where, Fault unwritten) =>
        $"what was done could not be recorded in the {where}: {unwritten.InOneLine}{(unwritten.Next is { } next ? $"; next: {next}" : "")}";

    private string? Masked(string? text) => text is null ? null : mask.Hide(text);

    private AuditEvent Event(RunRow run, RunDetails details, string action, string outcome) => new()
    {
        At = clock.GetUtcNow(),
        Action = action,
        Outcome = outcome,
        Actor = run.Actor,
        Database = run.Database,
        RunId = run.Id,
        Schedule = run.Schedule,
        BackupId = details.BackupId,
        File = details.File,
        Server = details.Server,
        Mode = details.Mode,
        Target = details.Target,
        Kept = details.Kept,
        Force = details.Force,
        Reason = details.Reason,
    };
}
