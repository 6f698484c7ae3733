using Tidemark.Journal;
using Tidemark.Restores;
using Tidemark.Runs;

namespace Tidemark.Clusters;

/// <summary>What killed runs left. Locks are none of it: the kernel lets go of them.</summary>
internal static class UnfinishedCheck
{
    private static readonly CheckSubject Subject = new("unfinished", "runs that were ended half-way", FaultCode.Failed);

    public static Task<Check> LookAsync(string stateFolder, TimeProvider clock) => Subject.LookAsync(() =>
    {
        var history = RunHistory.Read(stateFolder);
        // A backup is taken all the same.
        if (history.Finding is { } unreadable) return Task.FromResult(Subject.Warn($"the history of runs cannot be read: {unreadable}", "tidemark runs list"));
        var over = history.Running.Where(run => RunContext.IsOver(stateFolder, run.Id, clock)).ToList();
        return Task.FromResult(Judge(over, new SwapJournal(stateFolder).All().Count(swap => swap.Phase == SwapPhase.Prepared && RunContext.IsOver(stateFolder, swap.Id, clock))));
    });

    /// <param name="over">Runs that never said how they ended.</param>
    /// <param name="swaps">Swaps that were begun and not finished.</param>
    public static Check Judge(IReadOnlyList<RunRow> over, int swaps) =>
        over.Count == 0 && swaps == 0 ? Subject.Ok("none")
        : Subject.Warn(string.Join("; ", over.Select(run => $"{run.Kind} of \"{run.Database}\" of {run.StartedAt.UtcDateTime:yyyy-MM-dd HH:mm}Z").Append(swaps > 0 ? $"{swaps} swaps that the next start settles" : "").Where(text => text.Length > 0)),
            "tidemark backup: every start first repairs what is left, and tells");
}
