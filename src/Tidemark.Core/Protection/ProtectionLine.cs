namespace Tidemark.Protection;

/// <summary>One of the two things told of a database: how far back it can be brought, or how that is proven.</summary>
/// <param name="State">Of this line alone.</param>
/// <param name="Age">Of the recovery point, or of the latest proof; null when there is none.</param>
/// <param name="Allowed">The objective; null when none is set.</param>
/// <param name="Breached">Only ever true of an objective that is set.</param>
/// <param name="Words">Sentences for people, the first one about the age.</param>
internal sealed record ProtectionLine(ProtectionState State, TimeSpan? Age, TimeSpan? Allowed, bool Breached, IReadOnlyList<string> Words);
