using Tidemark.Configuration;
using Tidemark.Dumps;
using Tidemark.Postgres;
using Tidemark.Restores;

namespace Tidemark.Tests.Restores;

public sealed class RestorePlannerTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly ServerVersion Fifteen = new(150018);

    [Fact]
    public void A_swap_is_planned_with_its_steps_and_the_name_that_is_kept()
    {
        var plan = Plan(RestoreMode.Swap, new HookOptions("migrate", "smoke", "stop", "start"));
        Assert.Equal(("shop_restored_20260102030405", "shop_before_20260102030405"), (plan.Target, plan.Kept));
        Assert.Empty(plan.Refusals);
        string[] order = ["read the file in full", "create database", "restore into", "compare the rows", "migrate", "smoke", "stop", "swap:", "start"];
        Assert.Equal(order.Length, plan.Steps.Count);
        Assert.All(order.Zip(plan.Steps), pair => Assert.Contains(pair.First, pair.Second, StringComparison.Ordinal));
    }

    [Fact]
    public void A_hook_is_named_with_its_setting_and_without_a_password_in_its_command()
    {
        var plan = Plan(RestoreMode.Beside, new HookOptions(null, "psql postgresql://me:ge%2Fheim@host/x", null, null),
            options => options with { Address = DatabaseAddress.Parse("postgresql://me:ge%2Fheim@host/shop", new Dictionary<string, string>(), "me") });
        Assert.Contains("run smoke test (BACKUP_HOOK_SMOKE_TEST): psql postgresql://me:***@host/x", plan.Steps);
    }

    [Fact]
    public void Beside_endangers_nothing_whatever_is_said_of_production()
    {
        var plan = Plan(RestoreMode.Beside, change: options => options with { ProductionSaidBy = "ENV" }, facts: facts => facts with { Blockers = ["slot"], ServerEnvironment = "production" });
        Assert.Empty(plan.Refusals);
        Assert.Null(plan.Kept);
        Assert.Empty(plan.Sessions);
    }

    [Fact]
    public void Force_and_confirm_lift_the_guard_and_no_other_refusal()
    {
        var plan = Plan(RestoreMode.Swap, change: options => options with { ProductionSaidBy = "ENV", Force = true, Confirm = "shop" }, facts: facts => facts with { Blockers = ["slot"], MayCreateDatabases = false });
        Assert.Equal(["refused", "access-denied"], plan.Refusals.Select(refusal => refusal.Code.Name));
        Assert.Contains("slot", plan.Refusals[0].Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("shop", null, false, false)]
    [InlineData("stock", null, true, false)]
    [InlineData("stock", "stock", true, false)]
    [InlineData("stock", "shop", false, false)]
    [InlineData(null, null, false, true)]
    public void The_dump_of_another_database_is_swapped_in_only_when_confirmed_one_that_does_not_say_with_a_warning(string? origin, string? confirm, bool refused, bool warned)
    {
        var plan = Plan(RestoreMode.Swap, change: options => options with { Confirm = confirm }, origin: origin);
        Assert.Equal((refused, warned), (plan.Refusals.Count > 0, plan.Warnings.Count > 0));
        if (refused) Assert.Contains("this is a backup of \"stock\"", plan.Refusals[0].What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(nameof(StoredForm.Gzip), true)]
    [InlineData(nameof(StoredForm.Sql), true)]
    [InlineData(nameof(StoredForm.Archive), false)]
    public void In_place_takes_custom_archives_only(string form, bool refused)
    {
        var plan = Plan(RestoreMode.InPlace, change: options => options with { Confirm = "shop" }, form: Enum.Parse<StoredForm>(form));
        Assert.Equal(refused, plan.Refusals.Count == 1);
        if (refused) Assert.Contains("--swap", plan.Refusals[0].Next, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(nameof(RestoreMode.Into), true)]
    [InlineData(nameof(RestoreMode.InPlace), true)]
    [InlineData(nameof(RestoreMode.Swap), true)]
    [InlineData(nameof(RestoreMode.Beside), false)]
    public void A_template_is_never_changed_whatever_is_confirmed(string mode, bool refused)
    {
        var template = mode != nameof(RestoreMode.Beside);
        var plan = Plan(Enum.Parse<RestoreMode>(mode), change: options => options with { ToDatabase = "shop", Confirm = "shop", Force = true }, facts: facts => facts with { ChangesTemplate = template });
        Assert.Equal(refused, plan.Refusals.Count > 0);
        if (refused) Assert.Contains("template", plan.Refusals[0].What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("postgres", null, true)]
    [InlineData("postgres", "shop", true)]
    [InlineData("postgres", "postgres", false)]
    [InlineData("empty", null, false)]
    public void An_empty_database_needs_no_confirmation_but_that_which_tools_connect_to_does(string target, string? confirm, bool refused)
    {
        var plan = Plan(RestoreMode.Into, change: options => options with { ToDatabase = target, Confirm = confirm }, facts: facts => facts with { Target = facts.Live, TargetIsEmpty = true });
        Assert.Equal(refused ? [5] : [], plan.Refusals.Select(refusal => refusal.Code.ExitCode));
    }

    [Theory]
    [InlineData(nameof(StoredForm.Gzip), false, false, true)]
    [InlineData(nameof(StoredForm.Sql), true, false, false)]
    [InlineData(nameof(StoredForm.Gzip), false, true, false)]
    [InlineData(nameof(StoredForm.Archive), false, false, false)]
    public void Plain_text_of_others_needs_a_psql_that_can_be_restricted_our_own_and_archives_do_not(string form, bool restricted, bool ours, bool refused)
    {
        var manifest = Manifest([]) with
        {
            File = "x",
            Format = "sql.gz",
            DatabaseFacts = new DatabaseFacts { Name = "shop", Oid = 1, Owner = "me", Encoding = "UTF8", Collate = "C", Ctype = "C", Provider = "libc", ConnectionLimit = -1, AllowsConnections = true },
        };
        var plan = Plan(RestoreMode.Beside, change: options => ours ? options with { Source = options.Source with { Manifest = manifest } } : options, facts: facts => facts with { PsqlCanBeRestricted = restricted }, form: Enum.Parse<StoredForm>(form));
        Assert.Equal(refused ? [6] : [], plan.Refusals.Select(refusal => refusal.Code.ExitCode));
        Assert.Equal(restricted, plan.RestrictsPsql);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("a", true)]
    [InlineData("123456789012345678901234567890123456789012345678901234567890123", true)]
    [InlineData("1234567890123456789012345678901234567890123456789012345678901234", false)]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012ä", false)]
    public void A_name_that_PostgreSQL_would_cut_is_no_name(string name, bool good)
    {
        var fault = Record.Exception(() => RestorePlanner.CheckName(name));
        if (good) Assert.Null(fault);
        else Assert.Equal(2, Assert.IsType<Fault>(fault).Code.ExitCode);
    }

    [Theory]
    [InlineData(true, true, new[] { "gone" }, new[] { "pg_new" }, false)]
    [InlineData(true, false, new[] { "gone" }, new[] { "pg_new" }, true)]
    [InlineData(false, false, new string[0], new[] { "gone", "pg_new" }, false)]
    public void Missing_roles_are_made_on_request_but_none_of_the_servers_own(bool asked, bool mayCreate, string[] created, string[] missing, bool refused)
    {
        var plan = Plan(RestoreMode.Beside, change: options => options with { CreateRoles = asked, Source = options.Source with { Manifest = Manifest(["me", "gone", "pg_new"]) } }, facts: facts => facts with { MayCreateRoles = mayCreate });
        Assert.Equal(created, plan.CreatedRoles.Select(role => role.Name));
        Assert.Equal(missing, plan.MissingRoles);
        Assert.Equal(refused ? [7] : [], plan.Refusals.Select(refusal => refusal.Code.ExitCode));
        Assert.Equal(asked, plan.Steps.Any(step => step.Contains("create the missing role gone (without login, password", StringComparison.Ordinal)));
    }

    [Fact]
    public void Without_a_manifest_nobody_knows_which_roles_to_make() =>
        Assert.Equal([5], Plan(RestoreMode.Beside, change: options => options with { CreateRoles = true }).Refusals.Select(refusal => refusal.Code.ExitCode));

    internal static DumpManifest Manifest(string[] roles) => new()
    {
        Id = "0123456789ab",
        Database = "shop",
        File = "shop.dump",
        Format = "custom",
        Size = 1,
        Sha256 = "",
        ContentSha256 = "",
        DumpedBytes = 1,
        StartedAt = Now,
        RecoveryPoint = Now,
        FinishedAt = Now,
        Check = DumpManifest.FullCheck,
        Roles = roles,
    };

    private static RestorePlan Plan(RestoreMode mode, HookOptions? hooks = null, Func<RestoreOptions, RestoreOptions>? change = null, Func<RestoreFacts, RestoreFacts>? facts = null, StoredForm form = StoredForm.Archive, string? origin = "shop")
    {
        var live = new DatabaseFacts { Name = "shop", Oid = 1, Owner = "me", Encoding = "UTF8", Collate = "C", Ctype = "C", Provider = "libc", ConnectionLimit = -1, AllowsConnections = true };
        var options = new RestoreOptions
        {
            Source = new DumpEntry { Id = "0123456789ab", Store = DumpStore.OfFolder("/x"), Key = "shop.dump", IsOutside = true, Size = 1, State = DumpState.Foreign, Time = Now },
            Address = DatabaseAddress.Parse("postgresql://me@host/shop", new Dictionary<string, string>(), "me"),
            Mode = mode,
            ProjectRoot = "/x",
            Hooks = hooks ?? new HookOptions(null, null, null, null),
        };
        options = change?.Invoke(options) ?? options;
        var databases = new HashSet<string> { "shop" };
        var target = RestorePlanner.TargetOf(options, databases, Now);
        var known = new RestoreFacts
        {
            Server = Fifteen,
            ServerTime = Now,
            Client = new ClientChoice(new ClientTools { Version = Fifteen, PgDump = "/b/pg_dump", PgRestore = "/b/pg_restore", Psql = "/b/psql", PgDumpAll = "/b/pg_dumpall" }, null),
            Live = live,
            PsqlCanBeRestricted = true,
            LiveSessions = ["app"],
            Databases = databases,
            TargetName = target,
            Target = target == "shop" ? live : null,
            Roles = new HashSet<string> { "me" },
            Tablespaces = new HashSet<string>(),
            MayCreateDatabases = true,
        };
        return RestorePlanner.Plan(options, form, origin, facts?.Invoke(known) ?? known, Now);
    }
}
