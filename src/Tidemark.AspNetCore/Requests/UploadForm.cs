using Tidemark.Codecs.Age;

namespace Tidemark.AspNetCore.Requests;

/// <summary>What the first bytes of a file must be for anything more of it to be read.</summary>
internal static class UploadForm
{
    /// <summary>The ending of its name: an archive of pg_dump, gzip, or either encrypted.</summary>
    /// <exception cref="Fault">10 wrong-magic. What it holds is not told: it may be any file.</exception>
    public static string EndingOf(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("PGDMP"u8)) return ".dump";
        if (head.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b])) return ".sql.gz";
        if (head.StartsWith(AgeHeader.FirstLine)) return ".dump.age";
        throw new Fault(FaultCode.WrongMagic, "this file is no dump that is taken here")
        {
            Why = head.Length == 0 ? "it is empty" : "it is neither a custom archive of pg_dump (PGDMP), nor gzip, nor encrypted with age",
            Left = "nothing of it was kept",
            Next = "check that this is the file you mean; plain SQL: gzip it first",
        };
    }
}
