namespace Tidemark.Restores.Bases;

/// <param name="Files">Bytes of the data directory that are written.</param>
/// <param name="AllFiles">Of so many.</param>
/// <param name="Segments">Of WAL that are laid down.</param>
/// <param name="AllSegments">Of so many.</param>
internal readonly record struct BaseRestoreProgress(long Files, long AllFiles, ulong Segments, ulong AllSegments);
