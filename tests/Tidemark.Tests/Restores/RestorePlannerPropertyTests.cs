using CsCheck;
using Tidemark.Configuration;
using Tidemark.Dumps;
using Tidemark.Postgres;
using Tidemark.Restores;

namespace Tidemark.Tests.Restores;

/// <summary>Every combination of what a user may ask and a server may say: what is let through is safe, and what is safe is let through.</summary>
public sealed class RestorePlannerPropertyTests
{
    private const string Live = "shop";
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly string[] Targets = [Live, "copy", "postgres"], Environments = ["production", "staging"];

    [Fact]
    public void A_plan_goes_ahead_exactly_when_nothing_that_exists_is_changed_against_the_rules()
    {
        int allowed = 0, refused = 0;
        Cases.Sample(asked =>
        {
            var (options, form, origin, facts) = asked;
            var plan = RestorePlanner.Plan(options, form, origin, facts, Now);
            Interlocked.Increment(ref plan.Refusals.Count == 0 ? ref allowed : ref refused);
            return plan.Refusals.Count == 0 == IsAllowed(options, form, origin, facts);
        }, iter: 20_000, print: Told);
        Assert.InRange(allowed, 1000, 19_000);
        Assert.InRange(refused, 1000, 19_000);
    }

    [Fact]
    public void What_is_not_named_to_be_changed_is_never_the_target_nor_the_name_that_is_kept() => Cases.Sample(asked =>
    {
        var (options, form, origin, facts) = asked;
        var plan = RestorePlanner.Plan(options, form, origin, facts, Now);
        var beside = options.Mode is RestoreMode.Beside or RestoreMode.Swap;
        return plan.TargetExists == facts.Databases.Contains(plan.Target) && !(beside && plan.TargetExists)
            && (plan.Kept is not null) == (options.Mode == RestoreMode.Swap && facts.Live is not null)
            && (plan.Kept is null || (!facts.Databases.Contains(plan.Kept) && plan.Kept != plan.Target));
    }, iter: 5000, print: Told);

    /// <summary>The rules once more, as the documentation tells them.</summary>
    private static bool IsAllowed(RestoreOptions options, StoredForm form, string? origin, RestoreFacts facts)
    {
        var inPlace = options.Mode == RestoreMode.InPlace;
        var swap = options.Mode == RestoreMode.Swap;
        var targetExists = facts.Target is not null;
        var changed = swap && facts.Live is not null ? Live : targetExists && !facts.TargetIsEmpty ? facts.TargetName : null;
        var armed = options.ProductionSaidBy is not null || facts.ServerEnvironment == "production";
        if (facts.ChangesTemplate) return false;
        if (armed && changed is not null && !(options.Force && options.Confirm == changed)) return false;
        if (changed is not null && !swap && options.Confirm != changed) return false;
        if (options.Mode == RestoreMode.Into && targetExists && facts.TargetName == "postgres" && options.Confirm != "postgres") return false;
        if (inPlace && (form != StoredForm.Archive || !targetExists)) return false;
        if (swap && (facts.Blockers.Count > 0 || options.Part is not null || (origin is not null && origin != Live && options.Confirm != Live))) return false;
        if (!targetExists && !facts.MayCreateDatabases) return false;
        if (options.Part is not { } part) return true;
        return form == StoredForm.Archive && facts.FilledTables.Count == 0
            && !(part.Content == PartContent.SchemaOnly && inPlace) && !(part.Content == PartContent.DataOnly && !targetExists);
    }

    private static readonly Gen<(RestoreOptions, StoredForm, string?, RestoreFacts)> Cases =
        from mode in Gen.Enum<RestoreMode>()
        from form in Gen.Frequency((3, Gen.Const(StoredForm.Archive)), (1, Gen.Const(StoredForm.Gzip)), (1, Gen.Const(StoredForm.Sql)))
        from origin in Gen.OneOf<string?>(Live, "stock", null)
        from toDatabase in Gen.OneOf(Targets)
        from confirm in Gen.OneOf<string?>(Live, "copy", "postgres", "other", null)
        from force in Gen.Bool
        from said in Gen.OneOf<string?>("ENV", null, null)
        from environment in Gen.OneOf<string?>([.. Environments, null])
        from part in Gen.Frequency((2, Gen.Const((RestorePart?)null)), (1, Gen.Enum<PartContent>().Select(RestorePart? (content) => new RestorePart([], ["orders"], content))))
        from databases in Gen.Shuffle(Targets, 0, Targets.Length)
        from flags in Gen.Bool.Array[5]
        from taken in Gen.OneOf("shop_restored_20260102030405", "shop_before_20260102030405", "shop_restored_20260102030405_2", "unrelated").Array[0, 3]
        select Case(mode, form, origin, toDatabase, confirm, force, said, environment, part, [.. databases, .. taken], flags);

    private static (RestoreOptions, StoredForm, string?, RestoreFacts) Case(RestoreMode mode, StoredForm form, string? origin, string toDatabase, string? confirm, bool force, string? said, string? environment, RestorePart? part, HashSet<string> databases, bool[] flags)
    {
        var options = new RestoreOptions
        {
            Source = new DumpEntry { Id = "0123456789ab", Store = DumpStore.OfFolder("/x"), Key = "shop.dump", IsOutside = true, Size = 1, State = DumpState.Foreign, Time = Now },
            Address = DatabaseAddress.Parse($"postgresql://me@host/{Live}", new Dictionary<string, string>(), "me"),
            Mode = mode,
            ToDatabase = mode == RestoreMode.Into ? toDatabase : null,
            Confirm = confirm,
            Force = force,
            ProductionSaidBy = said,
            Part = part,
            ProjectRoot = "/x",
            Hooks = new HookOptions(null, null, null, null),
        };
        var fifteen = new ServerVersion(150018);
        DatabaseFacts? Of(string name) => databases.Contains(name) ? new DatabaseFacts { Name = name, Oid = 1, Owner = "me", Encoding = "UTF8", Collate = "C", Ctype = "C", Provider = "libc", ConnectionLimit = -1, AllowsConnections = true } : null;
        var target = RestorePlanner.TargetOf(options, databases, Now);
        var exists = Of(target) is not null;
        return (options, form, origin, new RestoreFacts
        {
            Server = fifteen,
            ServerTime = Now,
            Client = new ClientChoice(new ClientTools { Version = fifteen, PgDump = "/b/pg_dump", PgRestore = "/b/pg_restore", Psql = "/b/psql", PgDumpAll = "/b/pg_dumpall" }, null),
            Live = Of(Live),
            Databases = databases,
            TargetName = target,
            Target = Of(target),
            TargetIsEmpty = !exists || flags[0],
            ChangesTemplate = flags[1] && flags[2] && mode != RestoreMode.Beside && (mode == RestoreMode.Swap ? Of(Live) is not null : exists),
            Blockers = flags[2] ? ["a logical slot"] : [],
            MayCreateDatabases = flags[3],
            FilledTables = flags[4] && part?.Content == PartContent.DataOnly && exists ? ["orders"] : [],
            ServerEnvironment = environment,
            PsqlCanBeRestricted = true,
            Roles = new HashSet<string> { "me" },
            Tablespaces = new HashSet<string>(),
        });
    }

    private static string Told((RestoreOptions, StoredForm, string?, RestoreFacts) asked)
    {
        var (options, form, origin, facts) = asked;
        return $"{options.Mode} {form} of {origin}, into {facts.TargetName} (there: {facts.Target is not null}, empty: {facts.TargetIsEmpty}, template: {facts.ChangesTemplate}), confirm {options.Confirm}, force {options.Force}, "
            + $"said {options.ProductionSaidBy}, server {facts.ServerEnvironment}, part {options.Part}, blockers {facts.Blockers.Count}, may create {facts.MayCreateDatabases}, filled {facts.FilledTables.Count}, databases {string.Join(' ', facts.Databases)}";
    }
}
