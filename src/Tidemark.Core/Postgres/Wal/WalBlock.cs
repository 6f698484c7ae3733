namespace Tidemark.Postgres.Wal;

/// <summary>A page of a relation that a record changes.</summary>
/// <remarks>
/// <c>Fork</c>: 0 main, 1 free space map, 2 visibility map, 3 init. <c>ImageBytes</c>: how much of the record is an image of the page, as it is stored; 0: it carries none.
/// <c>Applied</c>: the image is put in place at replay; false: there is none, or it is there for checks only.
/// </remarks>
internal readonly record struct WalBlock(uint Tablespace, uint Database, uint Relation, byte Fork, uint Number, ushort ImageBytes, bool Applied);
