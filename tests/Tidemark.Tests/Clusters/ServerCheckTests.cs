using Tidemark.Clusters;
using Tidemark.Dumps;
using Tidemark.Postgres;
using Tidemark.Processes;

namespace Tidemark.Tests.Clusters;

/// <summary>What is made of what the server said.</summary>
public sealed class ServerCheckTests
{
    private static readonly ServerVersion Thirteen = new(130022), Eighteen = new(180001);
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly UnreadableRelation[] Shut =
    [
        new("public", "public.\"Odd one\"", IsSequence: false, MayEnterSchema: true, MayRead: false),
        new("public", "public.ids", IsSequence: true, MayEnterSchema: true, MayRead: false),
        new("shut", "shut.inside", IsSequence: false, MayEnterSchema: false, MayRead: true),
        new("shut", "shut.\"both\"", IsSequence: false, MayEnterSchema: false, MayRead: false),
    ];

    [Fact]
    public void Few_things_that_cannot_be_read_get_a_grant_each_and_nothing_more()
    {
        var check = ReadRightsCheck.Judge(Shut, "we\"ak", Thirteen);
        Assert.Equal(CheckState.Fail, check.State);
        Assert.Equal(7, check.Code!.Value.ExitCode);
        Assert.Contains("public.\"Odd one\", public.ids, shut.inside, shut.\"both\"", check.Found, StringComparison.Ordinal);
        Assert.Equal("""
            GRANT USAGE ON SCHEMA shut TO "we""ak";
            GRANT SELECT ON TABLE public."Odd one", shut."both" TO "we""ak";
            GRANT SELECT ON SEQUENCE public.ids TO "we""ak";
            """, check.Next);
    }

    [Fact]
    public void From_14_on_the_role_for_all_tables_is_told_too() =>
        Assert.EndsWith("GRANT pg_read_all_data TO \"weak\";", ReadRightsCheck.Judge(Shut, "weak", Eighteen).Next, StringComparison.Ordinal);

    [Fact]
    public void Many_things_that_cannot_be_read_are_counted_and_granted_together()
    {
        UnreadableRelation[] many = [.. Enumerable.Range(1, 40).Select(i => new UnreadableRelation("s", $"s.t{i}", i > 20, MayEnterSchema: false, MayRead: false))];
        var check = ReadRightsCheck.Judge(many, "weak", Eighteen);
        Assert.Equal("GRANT pg_read_all_data TO \"weak\";", check.Next);
        Assert.Contains("s.t10 and 30 more", check.Found, StringComparison.Ordinal);
        Assert.Equal("GRANT USAGE ON SCHEMA s TO \"weak\";\nGRANT SELECT ON ALL TABLES IN SCHEMA s TO \"weak\";\nGRANT SELECT ON ALL SEQUENCES IN SCHEMA s TO \"weak\";", ReadRightsCheck.Judge(many, "weak", Thirteen).Next);
    }

    [Fact]
    public void Large_objects_and_hidden_rows_come_with_their_own_statements()
    {
        Assert.Equal("GRANT SELECT ON LARGE OBJECT 16400, 16401 TO \"weak\";", LargeObjectsCheck.Judge(["16400", "16401"], "weak").Next);
        Assert.StartsWith("DO $$", LargeObjectsCheck.Judge([.. Enumerable.Range(1, 11).Select(oid => $"{oid}")], "weak").Next, StringComparison.Ordinal);
        Assert.StartsWith("ALTER ROLE \"weak\" BYPASSRLS;", RowSecurityCheck.Judge(["public.t"], "weak").Next, StringComparison.Ordinal);
        Assert.All([LargeObjectsCheck.Judge([], "weak"), RowSecurityCheck.Judge([], "weak"), ReadRightsCheck.Judge([], "weak", Thirteen)], check => Assert.Equal((CheckState.Ok, null), (check.State, check.Next)));
    }

    [Theory]
    [InlineData("db.example.org", null, "WARN")]
    [InlineData("db.example.org", "TLSv1.3", "OK")]
    [InlineData("127.0.0.1", null, "OK")]
    [InlineData("/run/postgresql", null, "OK")]
    public void A_password_that_can_be_read_on_the_network_is_a_warning(string host, string? tls, string state)
    {
        var check = ConnectionCheck.Judge(new(new ServerPlace(host, 5432), "r", Superuser: false, Standby: true, tls), Eighteen, "shop");
        Assert.Equal(state, check.State.ToString().ToUpperInvariant());
        Assert.StartsWith($"role \"r\" in database \"shop\" on PostgreSQL 18.1 at {host}:5432, a standby, ", check.Found, StringComparison.Ordinal);
    }

    [Fact]
    public void A_client_that_is_missing_older_or_unable_is_told_with_what_to_install()
    {
        var server = new ServerVersion(170004);
        ClientTools tools = new() { Version = new(170005), PgDump = "/c/pg_dump", PgRestore = "/c/pg_restore", Psql = "/c/psql", PgDumpAll = "/c/pg_dumpall" };
        Check Judge(string? warning, params (string, ServerVersion?)[] programs) => ClientsCheck.Judge(server, new ClientChoice(tools, warning), programs);

        Assert.Equal(CheckState.Ok, Judge(null, ("/c/psql", tools.Version)).State);
        Assert.Equal((CheckState.Warn, "apt-get install postgresql-client-17"), (Judge("older", ("/c/psql", tools.Version)).State, Judge("older").Next));
        var broken = Judge(null, ("/c/psql", null));
        Assert.Equal((CheckState.Fail, 6, "apt-get install postgresql-client-17"), (broken.State, broken.Code!.Value.ExitCode, broken.Next));
        Assert.Contains("/old/pg_restore is 15.2", Judge(null, ("/old/pg_restore", new ServerVersion(150002))).Found, StringComparison.Ordinal);
        Assert.Equal(CheckState.Fail, ClientsCheck.JudgeWithoutServer([]).State);
        Assert.Equal(CheckState.NotLookedAt, ClientsCheck.JudgeWithoutServer([tools]).State);
    }

    [Fact]
    public void Rights_that_a_restore_or_a_swap_lacks_are_warnings()
    {
        Assert.Equal("ALTER ROLE \"weak\" CREATEDB;", RestoreRightsCheck.Judge(mayCreate: false, "weak").Next);
        var check = SwapCheck.Judge(new("boss", OwnerIsSuperuser: false, Owns: false, EndsSessions: false, [], []), "weak", "shop");
        Assert.Equal((CheckState.Warn, "GRANT \"boss\" TO \"weak\";\nGRANT pg_signal_backend TO \"weak\";"), (check.State, check.Next));
        Assert.StartsWith("ALTER DATABASE \"shop\" OWNER TO \"weak\"; -- or swap as \"postgres\"", SwapCheck.Judge(new("postgres", OwnerIsSuperuser: true, Owns: false, EndsSessions: true, [], []), "weak", "shop").Next, StringComparison.Ordinal);
        Assert.Equal("GRANT pg_signal_backend TO \"weak\";", SwapCheck.Judge(new("weak", OwnerIsSuperuser: false, Owns: true, EndsSessions: false, ["app"], []), "weak", "shop").Next);
        Assert.Equal(CheckState.Ok, SwapCheck.Judge(new("weak", OwnerIsSuperuser: false, Owns: true, EndsSessions: false, [], []), "weak", "shop").State);
        Assert.Contains("slot s", SwapCheck.Judge(new("weak", OwnerIsSuperuser: false, Owns: true, EndsSessions: true, [], ["slot s"]), "weak", "shop").Found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "OK")]
    [InlineData(5, "OK")]
    [InlineData(6, "WARN 6 s ahead")]
    [InlineData(-7, "OK")]
    [InlineData(-9, "WARN 6 s behind")]
    [InlineData(7200, "WARN 2 h 0 min ahead")]
    public void Only_what_the_journey_of_the_answer_cannot_explain_is_a_wrong_clock(int seconds, string expected)
    {
        // The answer took three seconds: the server may have looked at its clock at any moment of them.
        var check = ClockCheck.Judge(Noon.AddSeconds(-3), Noon.AddSeconds(seconds), Noon, latest: null);
        Assert.Equal(expected, check.State == CheckState.Ok ? "OK" : $"WARN {check.Found.Split(':')[0]["the server is ".Length..]}");
    }

    [Fact]
    public void Collations_that_the_system_has_changed_and_bytes_without_an_encoding_are_warnings()
    {
        DatabaseFacts facts = new() { Name = "shop", Oid = 1, Owner = "o", Encoding = "UTF8", Collate = "de_DE.UTF-8", Ctype = "de_DE.UTF-8", Provider = "libc", CollationVersion = "2.31", ConnectionLimit = -1, AllowsConnections = true };
        Assert.Equal(CheckState.Ok, LocaleCheck.Judge(facts, "2.31").State);
        Assert.Equal(CheckState.Ok, LocaleCheck.Judge(facts, null).State);
        Assert.Equal("REINDEX DATABASE \"shop\";\nALTER DATABASE \"shop\" REFRESH COLLATION VERSION;", LocaleCheck.Judge(facts, "2.41").Next);
        Assert.Equal(CheckState.Warn, LocaleCheck.Judge(facts with { Encoding = "SQL_ASCII" }, null).State);
    }

    [Fact]
    public void Globals_that_cannot_be_read_are_a_warning_with_the_command_to_look_closer_and_no_secret()
    {
        var address = DatabaseAddress.Parse("postgresql://me:secret@h/d", new Dictionary<string, string>(), "me");
        var check = GlobalsCheck.Judge(new ChildResult(1, "", "permission denied\nfor table x"), superuser: false, address);
        Assert.Equal((CheckState.Warn, "pg_dumpall --globals-only --no-role-passwords --dbname=postgresql://me@h:5432/d"), (check.State, check.Next));
        Assert.Equal(CheckState.Ok, GlobalsCheck.Judge(new ChildResult(0, "", ""), superuser: false, address).State);
        Assert.Equal(("psql postgresql://me@h:5432/d", CheckState.Fail), (ClientConnectionCheck.Judge(new ChildResult(2, "", "no route"), address).Next, ClientConnectionCheck.Judge(new ChildResult(0, "", ""), address).State));
    }

    [Fact]
    public void The_guard_says_by_what_it_is_armed()
    {
        Assert.Contains("armed by .env:3", GuardCheck.Judge("shop", ".env:3", null).Found, StringComparison.Ordinal);
        Assert.Contains("tidemark.environment = prod", GuardCheck.Judge("shop", null, "prod").Found, StringComparison.Ordinal);
        Assert.StartsWith("not armed", GuardCheck.Judge("shop", null, "staging").Found, StringComparison.Ordinal);
    }

    [Fact]
    public void Databases_kept_by_swaps_are_a_warning_when_they_are_a_week_old()
    {
        var young = new KeptDatabase("shop_before_2", 5_000_000, TimeSpan.FromDays(1), CanBeForgotten: true);
        Assert.Equal(CheckState.Ok, KeptDatabasesCheck.Judge([young]).State);
        Assert.Contains("shop_before_2 (5.0 MB", KeptDatabasesCheck.Judge([young]).Found, StringComparison.Ordinal);
        Assert.EndsWith("tidemark undo --forget --confirm shop_before_2", KeptDatabasesCheck.Judge([young with { Age = TimeSpan.FromDays(8) }]).Next, StringComparison.Ordinal);
        Assert.EndsWith("DROP DATABASE \"shop_before_1\";", KeptDatabasesCheck.Judge([young, new("shop_before_1", null, TimeSpan.FromDays(9), CanBeForgotten: false)]).Next, StringComparison.Ordinal);
    }
}
