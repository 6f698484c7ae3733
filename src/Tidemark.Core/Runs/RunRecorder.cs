using Tidemark.Audit;
using Tidemark.Journal;

namespace Tidemark.Runs;

/// <summary>Wraps any runner: journal, log and audit are written here and nowhere else, refusals and failures included.</summary>
internal sealed class RunRecorder(string stateFolder, string actor, TimeProvider clock)
{
    public AuditLog Audit { get; } = new(stateFolder);

    public string Actor => actor;

    /// <summary>Runs the work as a recorded run. What it throws is recorded and thrown on.</summary>
    /// <param name="kind">What kind of run, and the names of its audit events.</param>
    /// <param name="database">The database it concerns.</param>
    /// <param name="work">The work; it returns its result and the backup that it made or used.</param>
    public async Task<T> RecordAsync<T>(RunKind kind, string database, Func<RunContext, Task<(T Result, string? BackupId, string? File)>> work)
    {
        var started = clock.GetUtcNow();
        var id = $"{started.UtcDateTime:yyyyMMddHHmmss}-{kind.Name}-{Guid.NewGuid().ToString("N")[..6]}";
        using var journal = RunJournal.Open(stateFolder);
        using var run = RunContext.Begin(stateFolder, id, clock);
        journal.Begin(new RunRow { Id = id, Kind = kind.Name, Database = database, Actor = actor, StartedAt = started, State = "running" });
        run.Log($"{kind.Name} of database \"{database}\" by {actor}");
        AuditEvent Event(string action, string outcome) => new()
        {
            At = clock.GetUtcNow(),
            Action = action,
            Outcome = outcome,
            Actor = actor,
            Database = database,
            RunId = id,
            DurationSeconds = Math.Round((clock.GetUtcNow() - started).TotalSeconds, 3),
        };
        if (kind.Started is not null) Audit.Write(Event(kind.Started, "ok") with { DurationSeconds = null });
        try
        {
            var (result, backupId, file) = await work(run);
            run.Log("succeeded");
            journal.End(id, "succeeded", clock.GetUtcNow(), null, null, backupId);
            Audit.Write(Event(kind.Succeeded, "ok") with { BackupId = backupId, File = file });
            return result;
        }
        catch (Exception failed)
        {
            var (state, code, refused) = failed switch
            {
                OperationCanceledException => ("cancelled", FaultCode.Interrupted.Name, false),
                Fault fault => ("failed", fault.Code.Name, fault.Code == FaultCode.Refused),
                _ => ("failed", FaultCode.Failed.Name, false),
            };
            run.Log($"{state}: {failed.Message}{((failed as Fault)?.Why is { } why ? $": {why}" : "")}");
            try
            {
                journal.End(id, state, clock.GetUtcNow(), code, failed.Message, null);
                Audit.Write(Event(refused && kind.Refused is not null ? kind.Refused : kind.Failed, refused ? "refused" : "failed") with { ErrorCode = code, Error = failed.Message });
            }
            catch (Fault unwritten)
            {
                // What failed first is what the operator must hear of; the next start marks the run as interrupted.
                run.Log($"and this could not be recorded: {unwritten.What}: {unwritten.Why}");
            }
            throw;
        }
    }

    /// <summary>Marks runs whose process is gone. Returns a sentence for each.</summary>
    public IReadOnlyList<string> MarkInterrupted()
    {
        using var journal = RunJournal.Open(stateFolder);
        var told = new List<string>();
        foreach (var run in journal.Running().Where(run => RunContext.IsOver(stateFolder, run.Id, clock)))
        {
            journal.End(run.Id, "interrupted", clock.GetUtcNow(), FaultCode.Interrupted.Name, "the process ended without a word", null);
            if (RunKind.Named(run.Kind) is { } kind)
                Audit.Write(new AuditEvent { At = clock.GetUtcNow(), Action = kind.Failed, Outcome = "failed", Actor = run.Actor, Database = run.Database, RunId = run.Id, ErrorCode = FaultCode.Interrupted.Name, Error = "the process ended without a word" });
            told.Add($"the {run.Kind} of \"{run.Database}\" that began at {run.StartedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z was ended before it was done");
        }
        return told;
    }
}
