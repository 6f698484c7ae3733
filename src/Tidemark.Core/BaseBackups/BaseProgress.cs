namespace Tidemark.BaseBackups;

/// <param name="Phase">In a word or two.</param>
/// <param name="Read">Bytes of the cluster.</param>
/// <param name="Total">Bytes that it had when it was listed; 0: not known yet.</param>
/// <param name="Stored">Bytes that are in the store.</param>
internal sealed record BaseProgress(string Phase, long Read, long Total, long Stored);
