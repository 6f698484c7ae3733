using Tidemark.Audit;
using Tidemark.Journal;

namespace Tidemark.Runs;

/// <summary>Wraps any runner: journal, log and audit are written here and nowhere else, refusals and failures included.</summary>
/// <param name="stateFolder">Where they lie.</param>
/// <param name="actor">user@host</param>
/// <param name="clock">The time of each entry.</param>
/// <param name="warn">Told when something that was done could not be recorded.</param>
internal sealed class RunRecorder(string stateFolder, string actor, TimeProvider clock, Action<string> warn)
{
    public AuditLog Audit { get; } = new(stateFolder);

    public string Actor => actor;

    /// <summary>Runs the work as a recorded run. What it throws is recorded and thrown on; what it did stands, recorded or not.</summary>
    public async Task<T> RecordAsync<T>(RunKind kind, string database, Func<RunContext, Task<T>> work)
    {
        var started = clock.GetUtcNow();
        var id = $"{started.UtcDateTime:yyyyMMddHHmmss}-{kind.Name}-{Guid.NewGuid().ToString("N")[..6]}";
        using var journal = RunJournal.Open(stateFolder);
        using var run = RunContext.Begin(stateFolder, id, clock);
        journal.Begin(new RunRow { Id = id, Kind = kind.Name, Database = database, Actor = actor, StartedAt = started, State = "running" });
        run.Log($"{kind.Name} of database \"{database}\" by {actor}");
        if (kind.Started is not null) Audit.Write(Event(run, database, kind.Started, "ok"));
        AuditEvent Ended(string action, string outcome) => Event(run, database, action, outcome) with { DurationSeconds = Math.Round((clock.GetUtcNow() - started).TotalSeconds, 3) };
        T result;
        try
        {
            result = await work(run);
        }
        catch (Exception failed)
        {
            var fault = failed as Fault;
            var code = failed is OperationCanceledException ? FaultCode.Interrupted : fault?.Code ?? FaultCode.Failed;
            var state = code == FaultCode.Interrupted ? "cancelled" : "failed";
            var refused = code == FaultCode.Refused && kind.Refused is not null;
            run.Log($"{state}: {failed.Message}{(fault?.Why is { } why ? $": {why}" : "")}");
            Recorded(run, () =>
            {
                journal.End(id, state, clock.GetUtcNow(), code.Name, failed.Message, run.Details.BackupId);
                Audit.Write(Ended(refused ? kind.Refused! : kind.Failed, code == FaultCode.Refused ? "refused" : "failed") with { ErrorCode = code.Name, Error = failed.Message, Why = fault?.Why });
            });
            throw;
        }
        run.Log("succeeded");
        Recorded(run, () =>
        {
            journal.End(id, "succeeded", clock.GetUtcNow(), null, null, run.Details.BackupId);
            Audit.Write(Ended(kind.Succeeded, run.Details.Outcome));
        });
        return result;
    }

    /// <summary>A full disk after the work must not make a done thing look undone, nor hide what failed first.</summary>
    private void Recorded(RunContext run, Action record)
    {
        try
        {
            record();
        }
        catch (Fault unwritten)
        {
            run.Log($"this could not be recorded: {unwritten.What}: {unwritten.Why}");
            warn($"what was done could not be recorded: {unwritten.What}{(unwritten.Where is { } where ? $" ({where})" : "")}{(unwritten.Why is { } why ? $": {why}" : "")}");
        }
    }

    private AuditEvent Event(RunContext run, string database, string action, string outcome) => new()
    {
        At = clock.GetUtcNow(),
        Action = action,
        Outcome = outcome,
        Actor = actor,
        Database = database,
        RunId = run.Id,
        BackupId = run.Details.BackupId,
        File = run.Details.File,
        Server = run.Details.Server,
        Mode = run.Details.Mode,
        Target = run.Details.Target,
        Kept = run.Details.Kept,
        Force = run.Details.Force,
    };

    /// <summary>Marks runs whose process is gone. Returns a sentence for each.</summary>
    /// <param name="stands">True for a run whose work was done all the same, and only its record is missing.</param>
    public IReadOnlyList<string> MarkInterrupted(Func<string, bool> stands)
    {
        using var journal = RunJournal.Open(stateFolder);
        var told = new List<string>();
        foreach (var run in journal.Running().Where(run => RunContext.IsOver(stateFolder, run.Id, clock)))
        {
            var (done, error) = (stands(run.Id), "the process ended without a word");
            journal.End(run.Id, done ? "succeeded" : "interrupted", clock.GetUtcNow(), done ? null : FaultCode.Interrupted.Name, done ? null : error, null);
            if (RunKind.Named(run.Kind) is { } kind)
                Audit.Write(new AuditEvent { At = clock.GetUtcNow(), Action = done ? kind.Succeeded : kind.Failed, Outcome = done ? "ok" : "failed", Actor = run.Actor, Database = run.Database, RunId = run.Id, ErrorCode = done ? null : FaultCode.Interrupted.Name, Error = done ? null : error });
            told.Add($"the {run.Kind} of \"{run.Database}\" that began at {run.StartedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z was ended before it {(done ? "could say that it was done" : "was done")}");
        }
        return told;
    }
}
