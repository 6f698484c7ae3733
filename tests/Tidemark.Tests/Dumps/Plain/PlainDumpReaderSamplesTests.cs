using Tidemark.Dumps;
using Tidemark.Dumps.Plain;

namespace Tidemark.Tests.Dumps.Plain;

public sealed class PlainDumpReaderSamplesTests
{
    [Theory]
    [InlineData(Sample.Copy)]
    [InlineData(Sample.Restored)]
    [InlineData(Sample.Create)]
    public void Rows_of_COPY_blocks_are_what_the_server_counted(string name)
    {
        var found = Sample.Read(Sample.Bytes(name)).Tables.OrderBy(t => t.Schema, StringComparer.Ordinal).ThenBy(t => t.Table, StringComparer.Ordinal);
        var counted = Sample.CountedByTheServer().OrderBy(t => t.Schema, StringComparer.Ordinal).ThenBy(t => t.Table, StringComparer.Ordinal);
        Assert.Equal(counted, found);
    }

    [Theory]
    [InlineData(Sample.Inserts)]
    [InlineData(Sample.ColumnInserts)]
    [InlineData(Sample.ThreeRows)]
    public void Rows_of_INSERTs_are_what_the_server_counted(string name)
    {
        var found = Sample.Read(Sample.Bytes(name)).Tables.OrderBy(t => t.Schema, StringComparer.Ordinal).ThenBy(t => t.Table, StringComparer.Ordinal);
        // An empty table leaves no trace among INSERTs.
        var counted = Sample.CountedByTheServer().Where(t => t.Rows > 0).OrderBy(t => t.Schema, StringComparer.Ordinal).ThenBy(t => t.Table, StringComparer.Ordinal);
        Assert.Equal(counted, found);
    }

    [Theory]
    [InlineData(Sample.Copy)]
    [InlineData(Sample.Restored)]
    [InlineData(Sample.Inserts)]
    [InlineData(Sample.ColumnInserts)]
    [InlineData(Sample.ThreeRows)]
    public void A_whole_dump_is_closed_clean_and_names_what_it_needs(string name)
    {
        var bytes = Sample.Bytes(name);
        var summary = Sample.Read(bytes);
        Assert.True(summary.TrailerSeen);
        Assert.Null(summary.OpenEnd);
        Assert.True(summary.LooksLikeSql);
        Assert.False(summary.IsClusterDump);
        Assert.Empty(summary.Forbidden);
        Assert.Equal(bytes.Length, summary.Bytes);
        Assert.Equal(3, summary.LargeObjects);
        Assert.Equal("15.18 (Debian 15.18-0+deb12u1)", summary.DumpedByVersion);
        Assert.Equal("15.18 (Debian 15.18-0+deb12u1)", summary.DumpedFromVersion);
        Assert.Equal(["Mixed Case", "Reader, \"odd\"", "postgres", "tide_owner"], summary.Roles.Order(StringComparer.Ordinal));
        Assert.Equal(["pgcrypto"], summary.Extensions);
    }

    [Fact]
    public void A_dump_that_creates_its_database_is_told_line_by_line()
    {
        var summary = Sample.Read(Sample.Bytes(Sample.Create));
        Assert.Equal([(25, "CREATE DATABASE nasty"), (28, "ALTER DATABASE nasty"), (31, "\\connect nasty")],
            summary.Forbidden.Select(f => ((int)f.Line, string.Join(' ', f.Text.Split(' ').Take(f.Text[0] == '\\' ? 2 : 3)))));
        Assert.Equal(3, summary.ForbiddenCount);
        Assert.True(summary.TrailerSeen);
    }

    [Fact]
    public void A_cluster_dump_is_known_as_such_and_closes_with_its_own_trailer()
    {
        var bytes = Sample.Bytes(Sample.Cluster);
        var summary = Sample.Read(bytes);
        Assert.True(summary.IsClusterDump);
        Assert.True(summary.TrailerSeen);
        // grep finds a fourteenth, DROP DATABASE never: it stands in a function's body.
        Assert.Equal(13, summary.ForbiddenCount);
        Assert.Equal(["\\connect template1", "\\connect nasty", "\\connect postgres"], summary.Forbidden.Where(f => f.Text[0] == '\\').Select(f => f.Text));
        // The last database's own trailer does not close the cluster's dump.
        var cut = bytes.AsSpan().LastIndexOf("-- PostgreSQL database cluster dump complete"u8);
        Assert.False(Sample.Read(bytes.AsSpan(0, cut)).TrailerSeen);
    }

    [Fact]
    public void The_last_table_is_told_as_ended_when_nothing_but_the_trailer_follows()
    {
        List<PlainDumpEvent> told = [];
        Sample.Read("INSERT INTO a.b VALUES (1);\nINSERT INTO a.b VALUES (2);\n\n--\n-- PostgreSQL database dump complete\n--\n"u8, null, told.Add);
        Assert.Equal([new("a", "b", 0, false), new("a", "b", 2, true)], told);
    }

    [Fact]
    public void Each_table_is_told_when_it_begins_and_when_it_ends()
    {
        List<PlainDumpEvent> told = [];
        var summary = Sample.Read(Sample.Bytes(Sample.ThreeRows), null, told.Add);
        Assert.Equal(summary.Tables, told.Where(e => e.Ended).Select(e => new TableRows(e.Schema, e.Table, e.Rows)));
        Assert.Equal(summary.Tables.Select(t => t with { Rows = 0 }), told.Where(e => !e.Ended).Select(e => new TableRows(e.Schema, e.Table, e.Rows)));
    }
}
