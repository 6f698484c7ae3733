namespace Tidemark.Codecs;

/// <summary>What a level leaves open, for data of one kind; powers of two but for the last. A frame says all that its reader must know.</summary>
/// <param name="WindowLog">How far back equal bytes are found.</param>
/// <param name="HashLog">Places that are remembered.</param>
/// <param name="MinMatch">Bytes that must be equal, at least.</param>
internal sealed record ZstdTuning(int WindowLog, int HashLog, int MinMatch);
