using Tidemark.Configuration;

namespace Tidemark.Drills;

/// <summary>What was asked for when the drill ran; null: nobody said.</summary>
internal sealed record DrillObjectives(double? RpoSeconds, double RtoSeconds, double? ProofAgeSeconds)
{
    public static DrillObjectives Of(ObjectiveOptions options) => new(options.Rpo?.TotalSeconds, options.Rto.TotalSeconds, options.ProofAge?.TotalSeconds);
}
