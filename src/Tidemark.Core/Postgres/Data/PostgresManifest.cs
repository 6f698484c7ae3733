using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace Tidemark.Postgres.Data;

/// <summary>Writes a <c>backup_manifest</c> that pg_verifybackup and pg_combinebackup accept: version 1 until 16, with the system identifier (version 2) since 17.</summary>
/// <remarks>Written as it goes: a cluster may have millions of files. The last line is the SHA-256 of all before it, so the text is exactly this, line breaks included.</remarks>
internal sealed class PostgresManifest : IDisposable
{
    public const string Path = "backup_manifest";

    private const int FirstWithSystemIdentifier = 17;

    private readonly Stream _to;
    private readonly IncrementalHash _sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private bool _first = true;

    private PostgresManifest(Stream to) => _to = to;

    /// <param name="to">Stays open.</param>
    /// <param name="major">Of the server that the data are for.</param>
    /// <param name="systemIdentifier">Of the cluster.</param>
    public static PostgresManifest Begin(Stream to, int major, ulong systemIdentifier)
    {
        var manifest = new PostgresManifest(to);
        manifest.Write(major < FirstWithSystemIdentifier ? "{ \"PostgreSQL-Backup-Manifest-Version\": 1,\n\"Files\": ["
            : $"{{ \"PostgreSQL-Backup-Manifest-Version\": 2,\n\"System-Identifier\": {systemIdentifier},\n\"Files\": [");
        return manifest;
    }

    public void Add(in ManifestFile file)
    {
        var path = Utf8.IsValid(file.Path.Span) ? $"\"Path\": \"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(Encoding.UTF8.GetString(file.Path.Span))}\"" : $"\"Encoded-Path\": \"{Convert.ToHexStringLower(file.Path.Span)}\"";
        Span<byte> sum = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(sum, file.Sum);
        Write($$"""
            {{(_first ? "\n" : ",\n")}}{ {{path}}, "Size": {{file.Length}}, "Last-Modified": "{{file.Modified.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)}} GMT", "Checksum-Algorithm": "CRC32C", "Checksum": "{{Convert.ToHexStringLower(sum)}}" }
            """);
        _first = false;
    }

    /// <param name="wal">At least one; pg_verifybackup reads them with pg_waldump.</param>
    public void Finish(IReadOnlyList<ManifestWalRange> wal)
    {
        Write("\n],\n\"WAL-Ranges\": [");
        for (var i = 0; i < wal.Count; i++)
            Write($"{(i == 0 ? "\n" : ",\n")}{{ \"Timeline\": {wal[i].Timeline.Value}, \"Start-LSN\": \"{wal[i].Start}\", \"End-LSN\": \"{wal[i].End}\" }}");
        Write("\n],\n");
        var sum = _sum.GetHashAndReset();
        Write($"\"Manifest-Checksum\": \"{Convert.ToHexStringLower(sum)}\"}}\n");
    }

    public void Dispose() => _sum.Dispose();

    private void Write(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        _sum.AppendData(bytes);
        _to.Write(bytes);
    }
}
