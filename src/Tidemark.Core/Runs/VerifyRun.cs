using Tidemark.Dumps;

namespace Tidemark.Runs;

/// <summary>A verification as people run it: each backup is read from end to end, the outcome noted beside it, the whole recorded.</summary>
/// <remarks>What is verified is the dump: where nothing can be recorded or noted, that is told, and changes no verdict.</remarks>
internal sealed class VerifyRun(RunRecorder recorder, VerifyRunner verifier, Action<string> warn)
{
    /// <param name="database">Of which, for the record.</param>
    /// <param name="entries">What to read.</param>
    /// <param name="read">Reads one, with progress.</param>
    /// <param name="token">Cancels.</param>
    public async Task<IReadOnlyList<VerifyReport>> RunAsync(string database, IReadOnlyList<DumpEntry> entries, Func<DumpEntry, CancellationToken, Task<VerifyReport>> read, CancellationToken token)
    {
        var begun = false;
        try
        {
            return await recorder.RecordAsync(RunKind.Verify, database, async run =>
            {
                begun = true;
                run.Ending = token;
                if (entries is [var single]) run.Details = new RunDetails { BackupId = single.Id, File = single.Key };
                using var both = CancellationTokenSource.CreateLinkedTokenSource(token, run.Stop);
                var (done, bytes) = (0, 0L);
                var reports = await ReadAllAsync(entries, async (entry, stop) =>
                {
                    run.At($"reading {done + 1} of {entries.Count}", bytes);
                    var report = await read(entry, stop);
                    (done, bytes) = (done + 1, bytes + entry.Size);
                    run.At($"reading {done} of {entries.Count}", bytes);
                    return report;
                }, both.Token);
                foreach (var report in reports) run.Log($"{(report.Passed ? "whole" : "DAMAGED")} {report.Entry.Id} {report.Entry.Key}{string.Concat(report.Faults.Select(fault => $"; {fault}"))}");
                run.Details = run.Details with { Finding = FindingOf(reports) };
                return reports;
            });
        }
        catch (Fault unwritable) when (!begun && IsUnwritable(unwritable))
        {
            Warn("this verification is not in the history", unwritable);
            return await ReadAllAsync(entries, read, token);
        }
    }

    public async Task<IReadOnlyList<VerifyReport>> ReadAllAsync(IReadOnlyList<DumpEntry> entries, Func<DumpEntry, CancellationToken, Task<VerifyReport>> read, CancellationToken token)
    {
        var reports = new List<VerifyReport>();
        foreach (var entry in entries) reports.Add(await NotedAsync(await ReadAsync(entry, read, entries.Count > 1, token), token));
        return reports;
    }

    /// <summary>Of several, one that cannot be read at all does not keep the others from being read.</summary>
    private static async Task<VerifyReport> ReadAsync(DumpEntry entry, Func<DumpEntry, CancellationToken, Task<VerifyReport>> read, bool oneOfSeveral, CancellationToken token)
    {
        try
        {
            return await read(entry, token);
        }
        catch (Fault fault) when (oneOfSeveral && (fault.Code == FaultCode.WrongMagic || fault.Code == FaultCode.Store))
        {
            return new VerifyReport(entry, null, "", [fault.Why is null ? fault.What : $"{fault.What}: {fault.Why}"]);
        }
    }

    private async Task<VerifyReport> NotedAsync(VerifyReport report, CancellationToken token)
    {
        // A foreign file stays as it was found: nothing is written beside it before it is adopted.
        if (report.Entry.Manifest is null || report.Entry.State == DumpState.Missing) return report;
        try
        {
            await verifier.MarkAsync(report, token);
        }
        catch (Fault unwritable) when (IsUnwritable(unwritable))
        {
            Warn("the outcome could not be noted beside the backup, so list does not show it", unwritable);
        }
        return report;
    }

    /// <summary>Null when all are whole.</summary>
    private static Fault? FindingOf(IReadOnlyList<VerifyReport> reports)
    {
        var damaged = reports.Where(report => !report.Passed).ToList();
        return damaged.Count == 0 ? null : new Fault(FaultCode.Verification, reports.Count == 1 ? "the backup is damaged" : $"{damaged.Count} of {reports.Count} backups {(damaged.Count == 1 ? "is" : "are")} damaged")
        {
            Where = string.Join(", ", damaged.Select(report => report.Entry.Key)),
            Why = string.Join("; ", damaged[0].Faults),
            Left = "a damaged backup is never latest",
            Next = "tidemark backup",
        };
    }

    private static bool IsUnwritable(Fault fault) => fault.Code == FaultCode.Store || fault.Code == FaultCode.DiskFull;

    private void Warn(string otherwise, Fault unwritable) =>
        warn($"warning: {otherwise}: {unwritable.InOneLine}");
}
