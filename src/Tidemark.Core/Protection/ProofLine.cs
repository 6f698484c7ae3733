using Tidemark.Dumps;

namespace Tidemark.Protection;

/// <summary>How long ago a drill proved that the database comes back; pure.</summary>
internal static class ProofLine
{
    public static ProtectionLine Of(ProtectionFacts facts, TimeSpan? allowed, DateTimeOffset now)
    {
        var latest = Credible(facts, now).MaxBy(proof => proof.ProvenAt);
        var limit = allowed is { } set ? $", BACKUP_PROOF_AGE is {new Duration(set)}" : "";
        if (latest is null)
            return new ProtectionLine(allowed is null ? ProtectionState.Unproven : ProtectionState.Exposed, null, allowed, allowed is not null, [$"never proven by a drill{limit}"]);
        var age = RecoveryPoint.Age(latest.ProvenAt, now);
        var state = allowed is { } objective ? new Objective(objective).Judge(age) : ProtectionState.Protected;
        return new ProtectionLine(state, age, allowed, state == ProtectionState.Exposed, [$"proven {Ages.InWords(age)} ago by {latest.ProvenBy}{limit}", .. latest.Measured is { } measured ? [measured] : Array.Empty<string>()]);
    }

    /// <summary>Proofs that no wrong clock has dated.</summary>
    public static IEnumerable<ProvenPoint> Credible(ProtectionFacts facts, DateTimeOffset now) => facts.Proofs.Where(proof => !DumpEntry.IsAhead(proof.ProvenAt, now));
}
