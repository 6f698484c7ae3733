namespace Tidemark.Postgres.Data;

/// <summary>One file in a backup_manifest of PostgreSQL's.</summary>
/// <param name="Path">From the data folder; what is in a tablespace, under pg_tblspc. Bytes, for a name need not be UTF-8.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Modified">To the second.</param>
/// <param name="Algorithm">Of the sum.</param>
/// <param name="Checksum">Of the whole file, as its algorithm gives it: 32 bytes, or CRC-32C in 4, little-endian.</param>
internal readonly record struct ManifestFile(ReadOnlyMemory<byte> Path, long Length, DateTimeOffset Modified, ManifestChecksum Algorithm, ReadOnlyMemory<byte> Checksum);

internal enum ManifestChecksum
{
    Sha256,
    Crc32C,
}
