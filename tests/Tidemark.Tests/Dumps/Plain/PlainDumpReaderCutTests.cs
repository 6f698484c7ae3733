using CsCheck;
using Tidemark.Dumps.Plain;

namespace Tidemark.Tests.Dumps.Plain;

public sealed class PlainDumpReaderCutTests
{
    public static TheoryData<string> Samples => [Sample.Copy, Sample.Inserts, Sample.ColumnInserts, Sample.ThreeRows, Sample.Cluster];

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_cut_at_any_byte_before_the_trailer_is_seen(string name)
    {
        var dump = Sample.Bytes(name);
        ReadOnlySpan<byte> trailer = name == Sample.Cluster ? "-- PostgreSQL database cluster dump complete"u8 : "-- PostgreSQL database dump complete"u8;
        var complete = dump.AsSpan().LastIndexOf(trailer) + trailer.Length;
        var reader = new PlainDumpReader();
        for (var cut = 0; cut < complete; cut++)
        {
            var summary = reader.Complete();
            Assert.False(summary.TrailerSeen && summary.OpenEnd is null, $"{name} cut at byte {cut} passes as complete");
            if (cut % 97 == 0)
                Assert.Equal(Sample.Print(Sample.Read(dump.AsSpan(0, cut))), Sample.Print(summary));
            reader.Read(dump.AsSpan(cut, 1));
        }
        Assert.True(Sample.Read(dump.AsSpan(0, complete)).TrailerSeen);
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Any_chunks_give_the_same_summary(string name)
    {
        var dump = Sample.Bytes(name);
        var whole = Sample.Print(Sample.Read(dump));
        Assert.Equal(whole, Sample.Print(Sample.Read(dump, () => 1)));
        Gen.Int[1, 300].Array[1, 50].Sample(sizes =>
        {
            var next = 0;
            return Sample.Print(Sample.Read(dump, () => sizes[next++ % sizes.Length])) == whole;
        }, iter: 60);
    }

    [Fact]
    public void Any_chunks_of_any_scrap_of_SQL_give_the_same_summary()
    {
        string[] scraps = ["'", "\"", "$$", "$t$", "$t", "E'", "\\", "\\.", "\n", "\r\n", ";", "(", ")", "--", "/*", "*/", "-", "/", "*", "$", "1", "e", " ", "begin", "end", "case",
            "create function", "create or replace procedure", "insert into a.b values", "insert into \"x\ny\" default values;", "\nCOPY t FROM stdin;\n", "a\tb\n", "\\.\n", "\n\\restrict k\n",
            "set standard_conforming_strings = off;", "drop database d;", "alter table t owner to r;", "\n-- PostgreSQL database dump complete\n", "\u00e9", "\uFEFF", "\nCOPY t FROM stdin csv;\n", "x''y", "\\\r"];
        Gen.Select(Gen.Int[0, scraps.Length - 1].Array[0, 40], Gen.Int[1, 9].Array[1, 20]).Sample((picks, sizes) =>
        {
            var sql = System.Text.Encoding.UTF8.GetBytes(string.Concat(picks.Select(p => scraps[p])));
            var next = 0;
            return Sample.Print(Sample.Read(sql)) == Sample.Print(Sample.Read(sql, () => sizes[next++ % sizes.Length]));
        }, iter: 30_000);
    }
}
