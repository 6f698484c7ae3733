using Tidemark.Configuration;

namespace Tidemark.Protection;

/// <summary>How a database is protected: what status, metrics and notices all say.</summary>
internal sealed record DatabaseProtection
{
    public required ProtectionFacts Facts { get; init; }

    public required RecoveryPoint? RecoveryPoint { get; init; }

    /// <summary>The newest of those proven.</summary>
    public required ProvenPoint? ProvenPoint { get; init; }

    public required ProtectionLine Recovery { get; init; }

    public required ProtectionLine Proof { get; init; }

    /// <summary>The worse of the two lines.</summary>
    public ProtectionState State => Recovery.State > Proof.State ? Recovery.State : Proof.State;

    public static DatabaseProtection Of(ProtectionFacts facts, ObjectiveOptions objectives, DateTimeOffset now) => new()
    {
        Facts = facts,
        RecoveryPoint = RecoveryPoint.Newest(facts.Backups, now),
        ProvenPoint = ProofLine.Credible(facts, now).MaxBy(proof => proof.At),
        Recovery = RecoveryLine.Of(facts, objectives, now),
        Proof = ProofLine.Of(facts, objectives.ProofAge, now),
    };
}
