namespace Tidemark.Restores.Bases;

/// <summary>What of an old folder stays and what does not.</summary>
/// <param name="Files">Of the backup that are not right there.</param>
/// <param name="Bytes">Of them, that are written.</param>
/// <param name="Kept">Bytes that stand there as they are in the backup.</param>
/// <param name="Removed">Files and folders that are not in the backup.</param>
/// <param name="RemovedBytes">Of these files.</param>
/// <param name="FirstRemoved">Some of their names.</param>
internal sealed record DeltaPlan(long Files, long Bytes, long Kept, long Removed, long RemovedBytes, IReadOnlyList<string> FirstRemoved);
