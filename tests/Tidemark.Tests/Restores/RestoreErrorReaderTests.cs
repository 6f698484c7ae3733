using Tidemark.Restores;

namespace Tidemark.Tests.Restores;

/// <summary>Samples: what psql and pg_restore of 13, 15, 17 and 18 really wrote (see samples/README.md).</summary>
public sealed class RestoreErrorReaderTests
{
    public static TheoryData<int, string> ClientsOfEachMajor => new(from major in (int[])[13, 15, 17, 18] from client in (string[])["psql", "pg_restore"] select (major, client));

    [Theory]
    [MemberData(nameof(ClientsOfEachMajor))]
    public void A_missing_role_leaves_its_owners_and_grants_out_and_no_rows(int major, string client)
    {
        var (reader, errors) = Read($"{major}.{client}.roles.txt");
        Assert.Null(reader.Broken);
        Assert.Equal(client == "pg_restore", reader.WentToTheEnd);
        Assert.Equal(["ALTER FUNCTION public.f() OWNER TO gone;", "ALTER TABLE public.\"the table\" OWNER TO gone;", "GRANT SELECT ON TABLE public.v TO gone;"], errors.Select(error => error.Statement!.TrimEnd()));
        Assert.All(errors, error => Assert.Equal("role \"gone\" does not exist", error.Message));
        Assert.All(errors, error => Assert.Equal(ErrorClass.Missing, error.Classify(noOwner: false).Class));
        Assert.All(errors, error => Assert.Equal(ErrorClass.Benign, error.Classify(noOwner: true).Class));
        Assert.All(errors, error => Assert.Equal(client == "psql" ? "42704" : null, error.SqlState));
    }

    [Theory]
    [MemberData(nameof(ClientsOfEachMajor))]
    public void Rows_that_were_not_loaded_are_fatal_also_without_owners(int major, string client)
    {
        var (reader, errors) = Read($"{major}.{client}.copy.txt");
        Assert.Null(reader.Broken);
        var data = Assert.Single(errors, error => error.Classify(noOwner: true).Class == ErrorClass.Data);
        Assert.Contains("violates check constraint \"the table_note_check\"", data.Message, StringComparison.Ordinal);
        Assert.Equal(6, reader.Count);
    }

    [Theory]
    [MemberData(nameof(ClientsOfEachMajor))]
    public void An_end_before_the_end_is_seen(int major, string client)
    {
        var (reader, _) = Read($"{major}.{client}.{(client == "psql" ? "ended" : "cut")}.txt");
        Assert.NotNull(reader.Broken);
        Assert.False(reader.WentToTheEnd);
    }

    [Theory]
    [InlineData(@"psql:<stdin>:7: error: backslash commands are restricted; only \unrestrict is allowed")]
    [InlineData(@"psql:<stdin>:7: error: \unrestrict: wrong key")]
    public void A_command_that_restricted_psql_does_not_run_is_fatal(string line)
    {
        // As psql 15.20 and 18.6 wrote it.
        var (reader, _) = Read([line]);
        Assert.Equal(line, reader.Broken);
        Assert.True(RestrictedPsql.Refused(reader.Broken!));
    }

    [Fact]
    public void A_server_that_speaks_german_is_understood_by_the_sqlstate_and_its_notices_are_no_errors()
    {
        // Words of PostgreSQL's own de.po; the severity is the server's, STATEMENT is psql's.
        var (reader, errors) = Read([
            "psql:<stdin>:3: HINWEIS:  42P07: Relation »t« existiert bereits, wird übersprungen",
            "ORT:  transformCreateStmt, parse_utilcmd.c:212",
            "psql:<stdin>:9: FEHLER:  42704: Rolle »gone« existiert nicht",
            "ORT:  get_role_oid, acl.c:5201",
            "psql:<stdin>:9: STATEMENT:  ALTER TABLE public.t OWNER TO gone;",
            "psql:<stdin>:12: WARNUNG:  01000: das ist nur eine Warnung",
        ]);
        var error = Assert.Single(errors);
        Assert.Equal(new RestoreError("42704", "Rolle »gone« existiert nicht", "ALTER TABLE public.t OWNER TO gone;"), error);
        Assert.Equal(ErrorClass.Missing, error.Classify(noOwner: false).Class);
        Assert.Null(reader.Broken);
    }

    [Fact]
    public void Words_inside_of_a_statement_are_not_taken_for_the_programs_own()
    {
        var (reader, errors) = Read([
            "pg_restore: error: could not execute query: ERROR:  type \"geometry\" does not exist",
            "Command was: CREATE FUNCTION public.f() RETURNS text LANGUAGE plpgsql AS $$",
            "  -- FATAL: server closed the connection",
            "  RAISE 'connection to server was lost';",
            "$$;",
            "pg_restore: warning: errors ignored on restore: 1",
        ]);
        Assert.Single(errors);
        Assert.Null(reader.Broken);
        Assert.True(reader.WentToTheEnd);
    }

    [Theory]
    [InlineData("pg_restore: error: could not execute query: server closed the connection unexpectedly")]
    [InlineData("pg_restore: error: could not execute query: no connection to the server")]
    [InlineData("pg_restore: error: could not execute query: FATAL:  terminating connection due to administrator command")]
    public void A_connection_lost_in_the_middle_is_an_end_although_pg_restore_goes_on(string line) =>
        Assert.NotNull(Read([line, "Command was: CREATE INDEX i ON t (x);", "pg_restore: warning: errors ignored on restore: 7"]).Reader.Broken);

    [Fact]
    public void Of_many_errors_all_are_counted_and_the_first_thousand_kept()
    {
        var (reader, errors) = Read(Enumerable.Range(1, 1500).SelectMany(i => (string[])[$"psql:<stdin>:{i}: ERROR:  42704: role \"r{i}\" does not exist", $"psql:<stdin>:{i}: STATEMENT:  ALTER TABLE t OWNER TO r{i};"]));
        Assert.Equal((1500, 1000), (reader.Count, errors.Count));
    }

    [Theory]
    [InlineData("42P06", "schema \"public\" already exists", "CREATE SCHEMA public;", ErrorClass.Benign)]
    [InlineData(null, "schema \"public\" already exists", "CREATE SCHEMA public;", ErrorClass.Benign)]
    [InlineData("42P06", "schema \"other\" already exists", "CREATE SCHEMA other;", ErrorClass.Missing)]
    [InlineData("42501", "must be owner of extension plpgsql", "COMMENT ON EXTENSION plpgsql IS 'PL/pgSQL';", ErrorClass.Benign)]
    [InlineData("42704", "unrecognized configuration parameter \"transaction_timeout\"", "SET transaction_timeout = 0;", ErrorClass.Benign)]
    [InlineData("42704", "type \"geometry\" does not exist", "CREATE TABLE t (g geometry);", ErrorClass.Missing)]
    [InlineData("23505", "duplicate key value", "INSERT INTO t VALUES (1);", ErrorClass.Data)]
    [InlineData("23505", "could not create unique index \"i\"", "CREATE UNIQUE INDEX i ON t (x);", ErrorClass.Missing)]
    [InlineData("42501", "permission denied", "SELECT pg_catalog.lo_create('4711');", ErrorClass.Data)]
    internal void Each_error_has_its_class(string? sqlState, string message, string statement, ErrorClass expected) =>
        Assert.Equal(expected, new RestoreError(sqlState, message, statement).Classify(noOwner: false).Class);

    private static (RestoreErrorReader Reader, IReadOnlyList<RestoreError> Errors) Read(string sample) =>
        Read(File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Restores", "samples", sample)));

    private static (RestoreErrorReader Reader, IReadOnlyList<RestoreError> Errors) Read(IEnumerable<string> lines)
    {
        var reader = new RestoreErrorReader();
        foreach (var line in lines) reader.Line(line);
        return (reader, reader.Complete());
    }
}
