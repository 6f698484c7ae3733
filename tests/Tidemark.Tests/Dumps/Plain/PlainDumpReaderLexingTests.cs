using System.Text;

namespace Tidemark.Tests.Dumps.Plain;

public sealed class PlainDumpReaderLexingTests
{
    private const string Trailer = "\n--\n-- PostgreSQL database dump complete\n--\n";

    [Theory]
    [InlineData("SELECT 'a;''b;';", 1)]
    [InlineData("SELECT \"a;\"\"b;\n\";", 1)]
    [InlineData("SELECT E'a\\'; b''\\'; ' ;", 1)]
    [InlineData("SELECT nameE'\\'; SELECT 2;", 2)]
    [InlineData("SELECT '\\'; SELECT 2;", 2)]
    [InlineData("SET standard_conforming_strings = off; SELECT '\\'; b'; SET standard_conforming_strings TO on; SELECT '\\';", 4)]
    [InlineData("SELECT $$;$a$;$$; SELECT $a$;$$;$a $a;$a$;", 2)]
    [InlineData("SELECT a$$b; SELECT 1$$;$$;", 2)]
    [InlineData("SELECT /* ; /* ; */ ' ; */ 1; -- ; '\nSELECT 2;", 2)]
    [InlineData("SELECT 1 -- '\r; SELECT 2;", 2)]
    [InlineData("CREATE RULE r AS ON DELETE TO t DO ALSO (DELETE FROM u; DELETE FROM v;); SELECT 2;", 2)]
    [InlineData("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END; SELECT 2;", 2)]
    [InlineData("create or replace procedure p() begin atomic select 1; end; BEGIN; COMMIT;", 3)]
    [InlineData("; ;; SELECT 1;", 1)]
    [InlineData("\uFEFFSELECT 1;", 1)]
    public void Statements_end_where_psql_ends_them(string sql, long statements)
    {
        var summary = Sample.Read(sql + Trailer);
        Assert.Equal(statements, summary.Statements);
        Assert.Null(summary.OpenEnd);
        Assert.True(summary.TrailerSeen);
        Assert.Empty(summary.Forbidden);
    }

    [Theory]
    [InlineData("SELECT 'a", "inside a quoted string of the statement that begins on line 2: SELECT 'a")]
    [InlineData("SELECT \"a", "inside a quoted identifier of")]
    [InlineData("DO $x$ ... $x", "inside a dollar-quoted string of")]
    [InlineData("SELECT 1", "inside the statement that begins on line 2: SELECT 1")]
    [InlineData("/* a", "inside a comment")]
    [InlineData("COPY a.b FROM stdin;", "before the COPY data of a.b")]
    [InlineData("COPY a.b FROM stdin;\n1\n2\n3", "inside COPY data of a.b (2 rows so far)")]
    [InlineData("COPY b FROM stdin;\n1\n\\.", "inside COPY data of b (1 rows so far)")]
    public void An_open_end_says_where(string sql, string told) =>
        Assert.StartsWith(told, Sample.Read("\n" + sql).OpenEnd, StringComparison.Ordinal);

    [Theory]
    [InlineData("COPY t FROM stdin;\n\\.\n", 0)]
    [InlineData("COPY t () FROM stdin;\n\n\n\n\\.\n", 3)]
    [InlineData("copy T(\"from\", b) from STDIN with (format text);\na\\.\n\\\\.\n \\.\n\\.\n", 3)]
    [InlineData("COPY t FROM stdin;\n1\n\\.\nINSERT INTO t VALUES (1);COPY t FROM stdin;\n2\n\\.\n", 3)]
    [InlineData("INSERT INTO t (a, \"values\") OVERRIDING SYSTEM VALUE VALUES (1, '),('), ((2), ')'), (3, 'it''s') ON CONFLICT (a) DO NOTHING;", 3)]
    [InlineData("insert into t default values; INSERT INTO t values\n(1);", 2)]
    public void Rows_are_counted(string sql, long rows) =>
        Assert.Equal(new Tidemark.Dumps.TableRows("", "t", rows), Assert.Single(Sample.Read(sql + Trailer).Tables));

    [Theory]
    [InlineData("SELECT '\n-- PostgreSQL database dump complete\n';")]
    [InlineData("\n-- PostgreSQL database dump complete\nSELECT 1;")]
    [InlineData("/*\n-- PostgreSQL database dump complete\n*/")]
    [InlineData("SELECT 1; -- PostgreSQL database dump complete")]
    [InlineData("-- PostgreSQL database dump completed")]
    [InlineData("SELECT\n-- PostgreSQL database dump complete\n1;")]
    public void What_only_looks_like_a_trailer_is_none(string sql) => Assert.False(Sample.Read(sql).TrailerSeen);

    [Fact]
    public void A_trailer_may_be_followed_by_unrestrict_without_a_newline()
    {
        var summary = Sample.Read("\\restrict abc1\nSELECT 1;" + Trailer + "\n\\unrestrict abc1");
        Assert.True(summary.TrailerSeen);
        Assert.Empty(summary.Forbidden);
    }

    [Theory]
    [InlineData("SELECT 1;\n\0", false)]
    [InlineData("PGDMP and more", false)]
    [InlineData("\u001f\u008b\b", false)]
    [InlineData("", false)]
    [InlineData("--\n-- PostgreSQL database dump\n", true)]
    [InlineData("\uFEFF\n SELECT 'text with a control character \u0001';", true)]
    public void Binary_files_are_told_from_SQL(string text, bool sql) => Assert.Equal(sql, Sample.Read(text).LooksLikeSql);

    [Fact]
    public void Names_that_are_not_UTF8_stay_apart()
    {
        var sql = Encoding.Latin1.GetBytes("COPY \"\u00e4\" FROM stdin;\n\\.\nCOPY \"\u00f6\" FROM stdin;\n\\.\n");
        Assert.Equal(["\u00e4", "\u00f6"], Sample.Read(sql).Tables.Select(t => t.Table));
    }

    [Fact]
    public void Only_the_head_of_a_huge_statement_is_kept()
    {
        var summary = Sample.Read(Encoding.UTF8.GetBytes($"INSERT INTO t VALUES ('{new string('x', 3_000_000)}'), (2); SELECT '{new string('y', 3_000_000)}';"), () => 65_536);
        Assert.Equal(2, Assert.Single(summary.Tables).Rows);
        Assert.Equal(2, summary.Statements);
    }
}
