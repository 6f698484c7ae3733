namespace Tidemark.Restores.Bases;

/// <param name="Bytes">Of a file, behind those of the piece before.</param>
/// <param name="IsThere">They stand in it already.</param>
internal readonly record struct FilePiece(ReadOnlyMemory<byte> Bytes, bool IsThere);
