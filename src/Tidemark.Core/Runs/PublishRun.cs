using Tidemark.Drills.Evidence;
using Tidemark.Files;

namespace Tidemark.Runs;

/// <summary>Brings the reports of drills to wherever else they go: what was not brought last time, too. A failure leaves a notice, which the next success ends; no drill fails by it.</summary>
internal sealed class PublishRun(RunRecorder recorder, EvidenceFolder evidence, IReadOnlyList<IEvidencePlace> places, string stateFolder, TimeProvider clock)
{
    /// <summary>For each place. A wiki that hangs must not hold up a command for longer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly BroughtReports brought = new(stateFolder);

    /// <summary>Does nothing where nothing is missing, and asks nobody then.</summary>
    /// <returns>What went wrong, in a sentence; null: nothing did.</returns>
    public async Task<string?> RunAsync(CancellationToken token)
    {
        if (places.Count == 0 || evidence.Reports() is not [.., var newest]) return null;
        // Somebody else is at it.
        using var single = FileLock.TryAcquire(Path.Combine(stateFolder, "locks", "drill-publish"), clock);
        var missing = places.Where(place => brought.Of(place.Name, newest.Number) < newest.Number).ToList();
        if (single is null || missing.Count == 0) return null;
        try
        {
            return await recorder.RecordMomentAsync(RunKind.Publish, "all", new RunDetails { File = newest.Name, Target = string.Join(", ", missing.Select(place => place.Name)) }, async () =>
            {
                List<Fault> failed = [];
                // One that fails keeps none of the others from getting theirs.
                foreach (var place in missing)
                    if (await BringAsync(place, newest, token) is { } fault) failed.Add(fault);
                return failed.Count == 0 ? (string?)null : throw new Fault(failed[0].Code, "reports of drills could not be brought to all places", failed[0]) { Why = string.Join("; ", failed.Select(fault => fault.InOneLine)), Left = "the reports lie where they were written", Next = failed[0].Next };
            });
        }
        catch (Fault failed)
        {
            return failed.Why;
        }
    }

    private async Task<Fault?> BringAsync(IEvidencePlace place, EvidenceFile newest, CancellationToken token)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(token);
        limit.CancelAfter(Patience);
        try
        {
            await place.BringAsync(evidence, brought.Of(place.Name, newest.Number), number => brought.Note(place.Name, number), limit.Token);
            return null;
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            return new Fault(FaultCode.Store, $"the {place.Name} has not answered within {Ages.InWords(Patience)}");
        }
        catch (Fault refused)
        {
            return refused;
        }
    }
}
