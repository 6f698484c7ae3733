namespace Tidemark.Postgres.Data;

/// <summary>One file in a backup_manifest of PostgreSQL's.</summary>
/// <param name="Path">From the data folder; what is in a tablespace, under pg_tblspc. Bytes, for a name need not be UTF-8.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Modified">To the second.</param>
/// <param name="Sum">CRC-32C of the whole file: what pg_basebackup writes unless it is told otherwise, and a tenth of the work of a SHA-256.</param>
internal readonly record struct ManifestFile(ReadOnlyMemory<byte> Path, long Length, DateTimeOffset Modified, uint Sum);
