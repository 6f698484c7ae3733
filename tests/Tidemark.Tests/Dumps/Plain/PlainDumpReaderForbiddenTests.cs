namespace Tidemark.Tests.Dumps.Plain;

public sealed class PlainDumpReaderForbiddenTests
{
    [Theory]
    [InlineData("\\connect other")]
    [InlineData("\\! rm -rf /")]
    [InlineData("\\restrict key \\! rm -rf /")]
    [InlineData("\\restrict `rm`")]
    [InlineData("SELECT 1 \\gexec")]
    [InlineData("SELECT 1 \\; DROP DATABASE x;")]
    [InlineData("-- a comment\r\\! rm")]
    [InlineData("SELECT E'a'\n'\\'; \\! rm\n--'\n;")]
    [InlineData("DROP /* */ DATABASE x;")]
    [InlineData("create database x;")]
    [InlineData("ALTER ROLE x SUPERUSER;")]
    [InlineData("CREATE USER x;")]
    [InlineData("ALTER SYSTEM SET a = b;")]
    [InlineData("DROP TABLESPACE x;")]
    [InlineData("COMMENT ON DATABASE x IS 'a';")]
    [InlineData("GRANT CONNECT ON DATABASE x TO y;")]
    [InlineData("GRANT a TO b;")]
    [InlineData("COPY t FROM PROGRAM 'rm';")]
    [InlineData("COPY t TO '/tmp/x';")]
    [InlineData("COPY t FROM stdin WITH (FORMAT csv);\na\n\\.\n")]
    [InlineData("COPY t FROM stdin BINARY;\n")]
    [InlineData("COPY t FROM stdin; \\! rm\n\\.\n")]
    [InlineData("COPY t FROM stdin;\n1\n\\.\r\n\\! rm\n")]
    public void What_reaches_outside_the_database_is_told_with_its_line(string sql)
    {
        var told = Sample.Read("SELECT 1;\n\n" + sql).Forbidden;
        Assert.NotEmpty(told);
        Assert.InRange(told[0].Line, 3, 5);
    }

    [Theory]
    [InlineData("CREATE USER MAPPING FOR a SERVER s;")]
    [InlineData("SELECT '\n\\! rm\n';")]
    [InlineData("COPY t FROM stdin;\n\\! rm\nDROP DATABASE x;\n\\.\n")]
    [InlineData("COPY (SELECT a FROM b) TO stdout;")]
    [InlineData("COMMENT ON TABLE database IS 'x';")]
    [InlineData("GRANT SELECT ON TABLE public.t TO a;")]
    [InlineData("/* \\! */ -- \\!\n")]
    [InlineData("CREATE TABLE database (role text);")]
    [InlineData("\\restrict abc\r\n\\unrestrict abc\r\n")]
    public void What_stays_inside_is_not(string sql) => Assert.Empty(Sample.Read(sql).Forbidden);

    [Fact]
    public void Twenty_are_kept_and_all_are_counted()
    {
        var summary = Sample.Read(string.Concat(Enumerable.Repeat("DROP DATABASE x;\n", 50)));
        Assert.Equal(20, summary.Forbidden.Count);
        Assert.Equal(50, summary.ForbiddenCount);
        Assert.Equal((20, "DROP DATABASE x;"), (summary.Forbidden[19].Line, summary.Forbidden[19].Text));
    }

    [Fact]
    public void Roles_and_extensions_are_named()
    {
        var summary = Sample.Read("""
            SET SESSION AUTHORIZATION 'a'; SET SESSION AUTHORIZATION DEFAULT; SET ROLE b;
            ALTER FUNCTION f(owner text) OWNER TO C; GRANT ALL ON TABLE t TO "D d", PUBLIC, e WITH GRANT OPTION;
            REVOKE ALL ON SCHEMA s FROM f CASCADE; ALTER DEFAULT PRIVILEGES FOR ROLE g IN SCHEMA s REVOKE ALL ON TABLES FROM h;
            CREATE POLICY p ON t TO i, j USING (k); CREATE SCHEMA AUTHORIZATION l;
            CREATE EXTENSION IF NOT EXISTS "uuid-ossp" WITH SCHEMA public; CREATE EXTENSION hstore;
            """);
        Assert.Equal(["a", "b", "c", "D d", "e", "f", "g", "h", "i", "j", "l"], summary.Roles);
        Assert.Equal(["uuid-ossp", "hstore"], summary.Extensions);
    }
}
