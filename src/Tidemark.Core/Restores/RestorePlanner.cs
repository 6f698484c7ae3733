using System.Text;
using Tidemark.Configuration;
using Tidemark.Dumps;
using Tidemark.Dumps.Plain;
using Tidemark.Postgres;
using Tidemark.Processes;

namespace Tidemark.Restores;

/// <summary>Decides what a restore will do, from facts alone; prints and tests without a server.</summary>
internal static class RestorePlanner
{
    /// <summary>The longest name in bytes (NAMEDATALEN - 1); PostgreSQL would cut a longer one, and another database would be meant.</summary>
    private const int LongestName = 63;

    /// <summary>Where tools and people connect when they have no database of their own; empty or not, it is no place for rows by mistake.</summary>
    private const string MeetingPlace = "postgres";

    /// <exception cref="Fault"><see cref="FaultCode.Usage"/> (2): what --to-database says can be no name of a database.</exception>
    public static void CheckName(string? toDatabase)
    {
        if (toDatabase is null || Encoding.UTF8.GetByteCount(toDatabase) is > 0 and <= LongestName) return;
        throw new Fault(FaultCode.Usage, toDatabase.Length == 0 ? "--to-database is empty" : $"--to-database is longer than {LongestName} bytes")
        {
            Where = toDatabase.Length == 0 ? null : $"database \"{toDatabase}\"",
            Next = $"give a name of 1 to {LongestName} bytes, or leave it out: a new database is made",
        };
    }

    /// <summary>The database that receives the rows.</summary>
    public static string TargetOf(RestoreOptions options, IReadOnlySet<string> databases, DateTimeOffset now) => options.Mode switch
    {
        RestoreMode.Into => options.ToDatabase!,
        RestoreMode.InPlace => options.Address.Database,
        _ => DatabaseCreation.FreeName(options.Source.Database ?? options.Address.Database, "restored", now, databases),
    };

    /// <param name="options">What is asked for.</param>
    /// <param name="form">What the file is.</param>
    /// <param name="origin">The database that the dump was taken from, by its manifest or its own header; null when neither says.</param>
    /// <param name="facts">What the server says.</param>
    /// <param name="now">Goes into new names.</param>
    /// <param name="part">What of the archive comes; null for all of it, and where no part can be taken.</param>
    /// <param name="globals">What the file beside the dump says of roles, or why nothing.</param>
    /// <param name="archiveRoles">What the archive says of roles, when some shall be renamed.</param>
    public static RestorePlan Plan(RestoreOptions options, StoredForm form, string? origin, RestoreFacts facts, DateTimeOffset now, PartPlan? part = null, (GlobalRoles? Roles, string? Why) globals = default, ArchiveRoles? archiveRoles = null)
    {
        var manifest = options.Source.Manifest;
        var (live, target) = (options.Address.Database, facts.TargetName);
        var replaces = options.Mode == RestoreMode.Swap && facts.Live is not null;
        var threatened = replaces ? live : facts.Target is not null && !facts.TargetIsEmpty ? target : null;
        var guard = ProductionGuard.Judge(threatened, options.ProductionSaidBy, facts.ServerEnvironment, options.Force, options.Confirm);
        var kept = replaces ? DatabaseCreation.FreeName(live, "before", now, facts.Databases) : null;
        var missingRoles = (manifest?.Roles ?? []).Where(role => !facts.Roles.Contains(role) && !options.RenamedRoles.Any(renamed => renamed.From == role)).ToList();
        // Names that begin so are the server's own: a newer one has roles that this one cannot be given.
        var createdRoles = NewRole.Plan(options.CreateRoles ? [.. missingRoles.Where(role => !role.StartsWith("pg_", StringComparison.Ordinal))] : [], globals.Roles, facts.Roles, facts.Server);
        missingRoles = [.. missingRoles.Except(createdRoles.Select(role => role.Name))];
        // How much room a part takes, nobody knows.
        var needed = options.Part is null ? manifest?.DatabaseFacts?.Size : null;
        return new RestorePlan
        {
            Mode = options.Mode,
            Form = form,
            Target = target,
            TargetExists = facts.Target is not null,
            Live = options.Mode == RestoreMode.Swap ? live : null,
            LiveExists = facts.Live is not null,
            Kept = kept,
            Server = facts.Server,
            Client = facts.Client.Tools,
            RestrictsPsql = facts.PsqlCanBeRestricted,
            DumpSize = options.Source.Size,
            NeededBytes = needed,
            FreeBytes = facts.FreeBytes,
            Sessions = replaces || options.Mode == RestoreMode.InPlace ? facts.LiveSessions : [],
            WrittenSince = replaces || options.Mode == RestoreMode.InPlace ? WrittenSince(manifest, facts) : null,
            MissingRoles = missingRoles,
            CreatedRoles = createdRoles,
            RenamedRoles = options.RenamedRoles,
            MissingTablespaces = [.. (manifest?.Gaps ?? []).Where(gap => gap.Kind == "tablespace" && !facts.Tablespaces.Contains(gap.Object.Trim('"'))).Select(gap => gap.Object)],
            Warnings = [.. Warnings(options, origin, facts, missingRoles), .. NewRoles.Warnings(createdRoles, globals.Why), .. RoleRenaming.Warnings(archiveRoles)],
            Part = part,
            Guard = guard.Verdict,
            Refusals = [.. PartRefusals.Of(options, form, facts), .. Refusals(options, form, origin, facts, target, live, missingRoles, needed, guard), .. NewRoles.Refusals(options, facts, createdRoles), .. RoleRenaming.Refusals(options, form, archiveRoles, facts)],
            Steps = [.. Steps(options, form, facts, target, live, kept, createdRoles)],
        };
    }

    private static IEnumerable<string> Steps(RestoreOptions options, StoredForm form, RestoreFacts facts, string target, string live, string? kept, IReadOnlyList<NewRole> createdRoles)
    {
        yield return options.Source.Manifest is null ? "read the file in full: it has no manifest, nothing is known of it"
            : form == StoredForm.Archive && DumpKnowledge.IsOurs(options.Source) ? "compare the SHA-256 of the dump with its manifest" : "read the dump in full: SHA-256, statements, rows";
        foreach (var role in createdRoles) yield return $"create the missing role {role}";
        if (facts.Target is null) yield return $"create database \"{target}\"";
        foreach (var role in options.RenamedRoles) yield return $"give what belongs, or is granted, to role {role.From} of the dump to {role.To}";
        var what = options.Part is { } part ? $" ({part})" : "";
        yield return options.Mode == RestoreMode.InPlace && options.Part?.Content != PartContent.DataOnly ? $"pg_restore --clean --if-exists --single-transaction over \"{target}\"{what}: all or nothing"
            : $"restore into \"{target}\"{what}{(facts.Target is null ? "" : " in one transaction: all or nothing")}";
        if (options.Check) yield return options.Part switch { null => "compare the rows of every table", { Content: PartContent.SchemaOnly } => "look whether every table is there, without rows", _ => "compare the rows of every table that came" };
        if (options.Hooks.AfterRestore is { } afterRestore) yield return HookStep(options, "after-restore hook", SettingCatalogue.AfterRestoreHook, afterRestore);
        if (options.Hooks.SmokeTest is { } smokeTest) yield return HookStep(options, "smoke test", SettingCatalogue.SmokeTestHook, smokeTest);
        if (options.Mode != RestoreMode.Swap) yield break;
        if (options.Hooks.BeforeSwap is { } beforeSwap) yield return HookStep(options, "before-swap hook", SettingCatalogue.BeforeSwapHook, beforeSwap);
        yield return kept is null ? $"name \"{target}\" \"{live}\" (there is no such database now)"
            : $"swap: end its sessions{(facts.LiveSessions.Count == 0 ? " (none now)" : "")}, rename \"{live}\" to \"{kept}\" and \"{target}\" to \"{live}\" in one transaction";
        if (options.Hooks.AfterSwap is { } afterSwap) yield return HookStep(options, "after-swap hook", SettingCatalogue.AfterSwapHook, afterSwap);
    }

    private static string HookStep(RestoreOptions options, string what, Setting setting, string command) =>
        $"run {what} ({setting.Variable}): {new SecretMask(options.Address.Secrets).Hide(command)}";

    private static IEnumerable<string> Warnings(RestoreOptions options, string? origin, RestoreFacts facts, List<string> missingRoles)
    {
        if (options.Mode == RestoreMode.Swap && origin is null) yield return $"the file does not say of which database it is: nothing but you knows that it belongs in the place of \"{options.Address.Database}\"";
        if (options.Part?.Content == PartContent.DataOnly) yield return "triggers of the tables fire on the rows that come in, and foreign keys are checked as they come";
        if (facts.Client.Warning is not null) yield return facts.Client.Warning;
        if (options.Source.State == DumpState.Unchecked) yield return "this dump was made with --no-check and never verified: it is read in full first";
        if (missingRoles.Count > 0 && !options.NoOwner) yield return $"roles that the dump names are missing here: {string.Join(", ", missingRoles)}";
        var from = ServerVersion.Parse(options.Source.Manifest?.ServerVersion);
        if (from is { } version && version.Major > facts.Server.Major) yield return $"the dump comes from PostgreSQL {version}, newer than this server ({facts.Server}): some statements may not be understood";
    }

    private static IEnumerable<Fault> Refusals(RestoreOptions options, StoredForm form, string? origin, RestoreFacts facts, string target, string live, List<string> missingRoles, long? needed, ProductionGuard guard)
    {
        var source = options.Source;
        if (options.Mode == RestoreMode.InPlace && form != StoredForm.Archive)
            yield return new Fault(FaultCode.Refused, "a plain SQL dump cannot be restored in place: it does not know what to drop") { Where = source.Path, Next = "use --swap: the same result, and the old database is kept" };
        if (options.Mode == RestoreMode.InPlace && facts.Target is null)
            yield return new Fault(FaultCode.NotFound, $"there is no database \"{target}\" to restore over") { Where = options.Address.ToString(), Next = "leave out --in-place: a new database is made" };
        if (form != StoredForm.Archive && !facts.PsqlCanBeRestricted && !DumpKnowledge.IsOurs(source))
            yield return new Fault(FaultCode.NoClient, "this psql cannot be kept from running commands that somebody else's script hides")
            {
                Where = facts.Client.Tools.Psql,
                Why = "it has no \\restrict, or one that a script gets out of (no psql 13 is safe; of 14 to 17, the newest minor releases are)",
                Next = "install the newest postgresql-client, and set BACKUP_PSQL_PATH to its psql",
            };
        if (facts.ChangesTemplate)
            yield return new Fault(FaultCode.Refused, $"database \"{(options.Mode == RestoreMode.Swap ? live : target)}\" is a template: every new database would be a copy of what is restored")
            {
                Where = options.Address.ToString(),
                Next = "name a database that is no template, or leave out --to-database: a new one is made",
            };
        var meetingPlace = options.Mode == RestoreMode.Into && target == MeetingPlace;
        if (facts.Target is not null && !facts.ChangesTemplate && (!facts.TargetIsEmpty || meetingPlace) && options.Confirm != target)
            yield return new Fault(FaultCode.Refused, facts.TargetIsEmpty ? $"database \"{target}\" is the one that tools connect to, not one for your rows" : $"database \"{target}\" is not empty")
            {
                Where = options.Address.ToString(),
                Why = options.Confirm is null ? "--confirm was not given" : $"--confirm says \"{options.Confirm}\"",
                Next = $"add --confirm {ShellWord.Quote(target)} if its contents may be changed, or name a database that does not exist",
            };
        if (guard.Refusal is not null) yield return guard.Refusal;
        if (options.Mode == RestoreMode.Swap && origin is not null && origin != live && options.Confirm != live)
            yield return new Fault(FaultCode.Refused, $"this is a backup of \"{origin}\", and the live database is \"{live}\"")
            {
                Where = source.Key,
                Next = $"set DATABASE_URL to \"{origin}\", or add --confirm {ShellWord.Quote(live)} if \"{live}\" shall be replaced by it",
            };
        if (options.Mode == RestoreMode.Swap && facts.Blockers.Count > 0)
            yield return new Fault(FaultCode.Refused, $"database \"{live}\" cannot be swapped yet") { Where = $"database \"{live}\"", Why = string.Join("; ", facts.Blockers), Next = "resolve what is named above, then try again; or restore without --swap" };
        if (options.Mode == RestoreMode.Swap && missingRoles.Count > 0 && !options.NoOwner)
            yield return new Fault(FaultCode.Refused, "roles that the dump names are missing on this server, so the swapped database would lack owners or grants")
            {
                Where = string.Join(", ", missingRoles),
                Why = source.Manifest?.Globals is { } globals ? $"with their attributes they are in {globals}" : null,
                Next = PartlyDone.Next(options, [RestoreError.RoleMissing]),
            };
        if (facts.Target is null && !facts.MayCreateDatabases)
            yield return new Fault(FaultCode.AccessDenied, "the role may not create databases") { Where = options.Address.ToString(), Next = $"ALTER ROLE {SqlText.Identifier(options.Address.User)} CREATEDB; (as a superuser)" };
        if (needed is { } bytes && facts.FreeBytes is { } free && free < bytes)
            yield return new Fault(FaultCode.DiskFull, "the server's disk has less room than the database had when it was dumped") { Where = "the data directory of the server", Why = $"{bytes} bytes needed, {free} free", Next = "make room, or restore to another server" };
    }

    /// <summary>The counters live as long as the database (its OID) and until they are reset; else nothing is known.</summary>
    private static string WrittenSince(DumpManifest? manifest, RestoreFacts facts)
    {
        if (manifest?.Writes is not { } then || facts.LiveWrites is not { } now || manifest.DatabaseFacts?.Oid != facts.Live?.Oid
            || manifest.SystemIdentifier != facts.SystemIdentifier || then.StatsReset != now.StatsReset || now.Inserted < then.Inserted)
            return "not known: this dump was not taken from this very database, or its statistics were reset";
        var age = facts.ServerTime - manifest.RecoveryPoint;
        var (inserted, updated, deleted) = (now.Inserted - then.Inserted, now.Updated - then.Updated, now.Deleted - then.Deleted);
        return inserted + updated + deleted == 0
            ? $"nothing in the {Ages.InWords(age)} since the recovery point (by the server's statistics)"
            : $"{inserted} rows inserted, {updated} updated, {deleted} deleted in the {Ages.InWords(age)} since the recovery point (by the server's statistics, catalogue changes and rolled-back work included)";
    }
}
