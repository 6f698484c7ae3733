using System.Text;
using Tidemark.Dumps.Plain;

namespace Tidemark.Tests.Dumps.Plain;

public sealed class GlobalRolesTests
{
    private const string Written = """
        --
        -- PostgreSQL database cluster dump
        --
        \restrict abc

        SET default_transaction_read_only = off;
        SET client_encoding = 'UTF8';
        SET standard_conforming_strings = on;

        CREATE ROLE app;
        ALTER ROLE app WITH NOSUPERUSER INHERIT NOCREATEROLE CREATEDB LOGIN NOREPLICATION NOBYPASSRLS CONNECTION LIMIT 5 PASSWORD 'SCRAM-SHA-256$4096:a''b=' VALID UNTIL '2030-01-01 00:00:00+00';
        COMMENT ON ROLE app IS 'it''s; an -- app';
        CREATE ROLE "Odd ""Role"" ü; DROP ROLE app";
        ALTER ROLE "Odd ""Role"" ü; DROP ROLE app" WITH SUPERUSER NOINHERIT NOCREATEROLE NOCREATEDB NOLOGIN REPLICATION BYPASSRLS;
        CREATE ROLE newer;
        ALTER ROLE newer WITH LOGIN CLAIRVOYANT;
        ALTER ROLE app SET work_mem TO '64MB';
        ALTER ROLE app SET search_path TO 'a', 'b c';
        ALTER ROLE app SET "my.app" TO E'C:\\x''y';
        ALTER ROLE app IN DATABASE shop SET work_mem TO '1MB';
        SECURITY LABEL FOR selinux ON ROLE app IS 'x';
        GRANT app TO "Odd ""Role"" ü; DROP ROLE app" WITH ADMIN OPTION GRANTED BY postgres;
        GRANT newer TO app WITH ADMIN OPTION, INHERIT FALSE, SET FALSE GRANTED BY "Odd ""Role"" ü; DROP ROLE app";
        GRANT pg_monitor TO app;
        \unrestrict abc

        """;

    [Fact]
    public void Attributes_settings_comments_and_memberships_are_read_of_exactly_each_role()
    {
        var globals = GlobalRoles.Read(Encoding.UTF8.GetBytes(Written))!;
        var app = globals.Find("app")!;
        Assert.Equal(["CREATEDB", "LOGIN", "CONNECTION LIMIT 5", "PASSWORD 'SCRAM-SHA-256$4096:a''b='", "VALID UNTIL '2030-01-01 00:00:00+00'"], app.Attributes);
        Assert.Equal(["work_mem TO '64MB'", "search_path TO 'a' , 'b c'", "\"my.app\" TO E'C:\\\\x''y'"], app.Settings);
        Assert.Equal(("'it''s; an -- app'", 1), (app.Comment, app.Unread));
        Assert.Equal(["SUPERUSER", "NOINHERIT", "REPLICATION", "BYPASSRLS"], globals.Find("Odd \"Role\" ü; DROP ROLE app")!.Attributes);
        // One attribute that is not known, and none is guessed.
        Assert.Equal((0, 1), (globals.Find("newer")!.Attributes.Count, globals.Find("newer")!.Unread));
        Assert.Null(globals.Find("postgres"));
        Assert.Equal(
        [
            new("app", "Odd \"Role\" ü; DROP ROLE app", true, null, null, "postgres"),
            new("newer", "app", true, false, false, "Odd \"Role\" ü; DROP ROLE app"),
            new("pg_monitor", "app", false, null, null, null),
        ], globals.Memberships);
    }

    [Fact]
    public void A_file_that_stops_inside_a_statement_says_nothing() => Assert.Null(GlobalRoles.Read(Encoding.UTF8.GetBytes(Written[..Written.IndexOf(" CLAIRVOYANT", StringComparison.Ordinal)])));

    [Theory]
    [InlineData("ALTER ROLE app SET work_mem TO '1'; DROP ROLE x", "work_mem TO '1'")]
    [InlineData("ALTER ROLE app SET work_mem TO (select 1)", null)]
    [InlineData("ALTER ROLE app SET work_mem", null)]
    public void A_setting_is_a_name_and_values_and_nothing_else(string statement, string? setting) =>
        Assert.Equal(setting is null ? [] : [setting], GlobalRoles.Read(Encoding.UTF8.GetBytes($"CREATE ROLE app;\n{statement};\n"))!.Find("app")!.Settings);
}
