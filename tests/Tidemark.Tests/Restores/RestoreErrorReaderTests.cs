using Tidemark.Restores;

namespace Tidemark.Tests.Restores;

/// <summary>Lines in the forms of pg_restore and psql, written by hand; the end-to-end tests feed real ones.</summary>
public sealed class RestoreErrorReaderTests
{
    [Theory]
    [InlineData("pg_restore: error: could not execute query: ERROR:  unrecognized configuration parameter \"transaction_timeout\"\nCommand was: SET transaction_timeout = 0;", "Benign")]
    [InlineData("psql:<stdin>:13: ERROR:  42704: unrecognized configuration parameter \"transaction_timeout\"\nLOCATION:  find_option, guc.c:1\nSTATEMENT:  SET transaction_timeout = 0;", "Benign")]
    [InlineData("pg_restore: error: could not execute query: ERROR:  schema \"public\" already exists\nCommand was: CREATE SCHEMA public;", "Benign")]
    [InlineData("pg_restore: error: could not execute query: ERROR:  role \"gone\" does not exist\nCommand was: ALTER TABLE public.t OWNER TO gone;", "Missing")]
    [InlineData("psql:<stdin>:40: ERROR:  42704: role \"gone\" does not exist\nSTATEMENT:  ALTER TABLE public.t OWNER TO gone;", "Missing")]
    [InlineData("pg_restore: error: could not execute query: ERROR:  must be owner of extension plpgsql\nCommand was: COMMENT ON EXTENSION plpgsql IS 'x';", "Benign")]
    [InlineData("pg_restore: error: could not execute query: ERROR:  could not create unique index \"t_pkey\"\nDETAIL:  Key (x)=(1) is duplicated.\nCommand was: ALTER TABLE ONLY public.t", "Missing")]
    [InlineData("pg_restore: error: COPY failed for table \"t\": ERROR:  invalid input syntax for type integer: \"a\"\nCONTEXT:  COPY t, line 1, column x: \"a\"", "Data")]
    [InlineData("psql:<stdin>:40: ERROR:  22P02: invalid input syntax for type integer: \"a\"\nCONTEXT:  COPY t, line 1, column x: \"a\"\nLOCATION:  pg_strtoint32, numutils.c:320", "Data")]
    [InlineData("psql:<stdin>:9: ERROR:  22P02: invalid input syntax for type integer: \"a\"\nLINE 1: INSERT INTO t VALUES ('a');\nSTATEMENT:  INSERT INTO t VALUES ('a');", "Data")]
    public void Each_error_is_found_once_and_classified(string lines, string expected)
    {
        var (errors, broken) = Read(lines);
        Assert.Equal(expected, $"{Assert.Single(errors).Classify(noOwner: false).Class}");
        Assert.Null(broken);
    }

    [Fact]
    public void A_missing_role_is_benign_only_when_owners_are_left_out_on_request()
    {
        var error = Assert.Single(Read("pg_restore: error: could not execute query: ERROR:  role \"gone\" does not exist\nCommand was: ALTER TABLE public.t OWNER TO gone;").Errors);
        Assert.Equal(ErrorClass.Missing, error.Classify(noOwner: false).Class);
        Assert.Equal(ErrorClass.Benign, error.Classify(noOwner: true).Class);
    }

    [Theory]
    [InlineData("pg_restore: error: could not read from input file: end of file")]
    [InlineData("psql: error: connection to server on socket \"x\" failed: FATAL:  role \"x\" does not exist")]
    [InlineData("server closed the connection unexpectedly")]
    [InlineData("psql:<stdin>:1: FATAL:  terminating connection due to administrator command")]
    public void What_ends_the_program_is_not_an_error_among_others(string line) => Assert.Equal(line, Read(line).Broken);

    [Fact]
    public void Warnings_and_hints_are_no_errors()
    {
        var (errors, broken) = Read("pg_restore: warning: errors ignored on restore: 1\nHINT:  x\npsql:<stdin>:3: NOTICE:  00000: x\npsql:<stdin>:3: WARNING:  01000: \"wal_level\" is insufficient");
        Assert.Empty(errors);
        Assert.Null(broken);
    }

    [Fact]
    public void Errors_beyond_the_first_thousand_are_counted()
    {
        var reader = new RestoreErrorReader();
        for (var i = 0; i < 1500; i++) reader.Line("psql:<stdin>:40: ERROR:  42704: role \"gone\" does not exist");
        Assert.Equal((1000, 1500), (reader.Complete().Count, reader.Count));
    }

    private static (IReadOnlyList<RestoreError> Errors, string? Broken) Read(string lines)
    {
        var reader = new RestoreErrorReader();
        foreach (var line in lines.Split('\n')) reader.Line(line);
        return (reader.Complete(), reader.Broken);
    }
}
