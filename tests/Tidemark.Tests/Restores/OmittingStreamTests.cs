using System.Text;
using Tidemark.Dumps.Plain;
using Tidemark.Restores;

namespace Tidemark.Tests.Restores;

/// <summary>What psql gets: the text as it is, but for the lines that are not for it, however it is cut into pieces.</summary>
public sealed class OmittingStreamTests
{
    private const string Key = "PvLd0rhrWSREvS5kzWTnjnNLsQ2GKYzbpiDCTm5aKGLdnWRUTHnUcpdVfbEIcJj";

    [Theory]
    [InlineData("", "\n")]
    [InlineData("\uFEFF", "")]
    [InlineData("", "")]
    public void The_lines_restrict_and_unrestrict_and_a_byte_order_mark_are_left_out_and_nothing_else(string mark, string end)
    {
        string[] kept = ["--\n-- PostgreSQL database dump\n--\n\n", "\n\nCOPY t (x) FROM stdin;\n\\\\restrict data\n\\.\n\nselect '\n\\restrict text';\n--\n-- PostgreSQL database dump complete\n--\n\n"];
        var text = Encoding.UTF8.GetBytes($"{mark}{kept[0]}\\restrict {Key}{kept[1]}\\unrestrict {Key}{end}");
        foreach (var piece in (int[])[1, 2, 3, 7, 64, 100_000])
        {
            var reader = new PlainDumpReader();
            foreach (var bytes in text.Chunk(piece)) reader.Read(bytes);
            var summary = reader.Complete();
            Assert.Empty(summary.Forbidden);
            using var stream = new OmittingStream(new MemoryStream(text), summary.NotForPsql);
            using var fed = new MemoryStream();
            stream.CopyTo(fed, piece);
            Assert.Equal(kept[0] + kept[1] + end, Encoding.UTF8.GetString(fed.ToArray()));
        }
    }

    [Fact]
    public void A_line_too_long_to_be_judged_and_more_lines_than_pg_dump_writes_are_forbidden()
    {
        Assert.Equal(1, Forbidden($"\\restrict {new string('a', 300)} \\! touch proof\n"));
        Assert.Equal(80, Forbidden(string.Concat(Enumerable.Repeat("\\restrict a\n", 100))));
    }

    private static long Forbidden(string text)
    {
        var reader = new PlainDumpReader();
        reader.Read(Encoding.UTF8.GetBytes(text));
        return reader.Complete().ForbiddenCount;
    }
}
