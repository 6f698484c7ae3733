using Tidemark.Postgres;

namespace Tidemark.Dumps;

/// <summary>What the first bytes of a dump say it is; its name is not asked.</summary>
internal enum StoredForm
{
    /// <summary>pg_dump -Fc.</summary>
    Archive,

    /// <summary>Gzip, of plain SQL as far as the magic can tell.</summary>
    Gzip,

    /// <summary>Plain SQL.</summary>
    Sql,
}

internal static class DumpMagic
{
    /// <exception cref="Fault">Wrong magic: not a dump of a form that we restore. What it holds is not told: it may be any file.</exception>
    public static StoredForm Detect(ReadOnlySpan<byte> head, string path)
    {
        head = head[..Math.Min(head.Length, 512)];
        if (head.StartsWith("PGDMP"u8)) return StoredForm.Archive;
        if (head.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b])) return StoredForm.Gzip;
        var looksLikeText = head.Length > 0 && head.IndexOf((byte)0) < 0 && head.TrimStart(" \r\n\t"u8) is { Length: > 0 } text && (char.IsAsciiLetter((char)text[0]) || text.StartsWith("--"u8) || text.StartsWith("/*"u8) || text.StartsWith("\\restrict"u8));
        if (looksLikeText) return StoredForm.Sql;
        throw new Fault(FaultCode.WrongMagic, "this is not a dump that Tidemark reads")
        {
            Where = path,
            Why = head.StartsWith("toc.dat"u8) ? "it is a pg_dump tar archive (-Ft)" : head.Length == 0 ? "the file is empty" : "it is neither a custom archive (PGDMP), nor gzip, nor SQL text",
            Next = head.StartsWith("toc.dat"u8) ? "restore it with pg_restore, or dump again with --format custom" : "check that this is the file you mean",
        };
    }

    /// <summary>The pg_dump that wrote an archive, from its header; null where it does not say.</summary>
    public static ServerVersion? ArchiveWriter(ReadOnlySpan<byte> head) => ServerVersion.Parse(HeaderString(head, 2));

    /// <summary>The database that an archive was taken from, from its header; null where it does not say.</summary>
    public static string? ArchiveDatabase(ReadOnlySpan<byte> head) => HeaderString(head, 0);

    private static string? HeaderString(ReadOnlySpan<byte> head, int wanted)
    {
        // Header (pg_backup_archiver.c, WriteHead): magic, 3 bytes of version, sizes of int and offset, format, compression,
        // seven ints of time, then the strings: database, server version, pg_dump version, each with a length of sign + 4 bytes.
        var at = 5;
        if (head.Length < 64) return null;
        var archive = (head[at], head[at + 1]);
        at += 3;
        int intSize = head[at];
        at += 3;
        at += archive.Item2 >= 15 ? 1 : 1 + intSize;
        at += 7 * (1 + intSize);
        string? text = null;
        for (var i = 0; i <= wanted; i++)
        {
            if (at + 1 + intSize > head.Length) return null;
            var length = 0;
            for (var b = 0; b < intSize; b++) length |= head[at + 1 + b] << (8 * b);
            if (head[at] != 0 || length < 0 || at + 1 + intSize + length > head.Length) return null;
            text = System.Text.Encoding.UTF8.GetString(head.Slice(at + 1 + intSize, length));
            at += 1 + intSize + length;
        }
        return text;
    }
}
