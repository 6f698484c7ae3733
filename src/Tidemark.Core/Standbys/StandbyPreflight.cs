using Tidemark.Postgres;

namespace Tidemark.Standbys;

/// <summary>All that is wrong, at once; pure.</summary>
internal static class StandbyPreflight
{
    private const int Named = 20;

    public static IEnumerable<Obstacle> Of(StandbyOptions options, PrimaryFacts primary, TargetFacts target, IReadOnlyList<string> missingRoles, StandbyRecord? begun) =>
        OfPrimary(options, primary, begun).Concat(OfTables(primary)).Concat(OfStandby(options, primary, target, begun)).Concat(OfRoles(options, target, missingRoles));

    private static IEnumerable<Obstacle> OfPrimary(StandbyOptions options, PrimaryFacts primary, StandbyRecord? begun)
    {
        if (primary.WalLevel != "logical") yield return Obstacle.OnPrimary($"wal_level is {primary.WalLevel}, and must be logical", "ALTER SYSTEM SET wal_level = logical; then restart it (managed services: their parameter for logical replication)");
        if (!primary.Replication) yield return Obstacle.OnPrimary($"role {primary.User} may not replicate", $"ALTER ROLE {SqlText.Identifier(primary.User)} REPLICATION;");
        if (!primary.MayCreate) yield return Obstacle.OnPrimary($"role {primary.User} may not create a publication", $"GRANT CREATE ON DATABASE {SqlText.Identifier(options.Sides.Primary.Database)} TO {SqlText.Identifier(primary.User)};");
        // Each table that is being copied has a slot and a sender of its own for that while; one of each is the least.
        if (begun is null && primary.Slots - primary.SlotsUsed < 2) yield return Obstacle.OnPrimary($"{primary.SlotsUsed} of {primary.Slots} replication slots are taken, and at least 2 must be free", $"ALTER SYSTEM SET max_replication_slots = {primary.Slots + 5}; then restart it");
        if (begun is null && primary.Senders - primary.SendersUsed < 2) yield return Obstacle.OnPrimary($"{primary.SendersUsed} of {primary.Senders} WAL senders are taken, and at least 2 must be free", $"ALTER SYSTEM SET max_wal_senders = {primary.Senders + 5}; then restart it");
        var made = StandbyName.ObjectOf(options.Name);
        if (begun is null && (primary.Publications.Contains(made) || primary.SlotNames.Contains(made)))
            yield return Obstacle.OnPrimary($"there is a publication or a slot {made} already, of which nothing is known here", "take another name; or remove them, if nobody needs them: DROP PUBLICATION, pg_drop_replication_slot");
    }

    private static IEnumerable<Obstacle> OfTables(PrimaryFacts primary)
    {
        foreach (var table in primary.Tables.Where(table => !table.Identified))
            yield return Obstacle.OnPrimary($"table {table.Name} has neither a primary key nor a replica identity: once it is published, its rows can be neither updated nor deleted",
                $"ALTER TABLE {table.Name} ADD PRIMARY KEY (…); or, where all columns together tell rows apart well enough: ALTER TABLE {table.Name} REPLICA IDENTITY FULL;");
        if (primary.Tables.Where(table => !table.Owned).Select(table => table.Name).ToList() is { Count: > 0 } others)
            yield return Obstacle.OnPrimary($"role {primary.User} does not own, and so may not publish, {Some(others)}", $"connect as their owner, or GRANT the owner's role TO {SqlText.Identifier(primary.User)};");
    }

    private static IEnumerable<Obstacle> OfStandby(StandbyOptions options, PrimaryFacts primary, TargetFacts target, StandbyRecord? begun)
    {
        var database = options.Sides.Standby.Database;
        if (primary.Identity == target.Identity) yield return Obstacle.OnStandby("it is the primary's own server", "name another one: --target");
        if (target.Version / 10000 < primary.Version / 10000) yield return Obstacle.OnStandby($"PostgreSQL {new ServerVersion(target.Version)} is older than the primary's {new ServerVersion(primary.Version)}, whose tables it may not understand", $"take a server of {primary.Version / 10000} or later");
        if (begun is null && !target.IsEmpty) yield return Obstacle.OnStandby($"database \"{database}\" is not empty", "name one that is, or one that is not there yet: --target postgresql://…/NAME");
        if (!target.HasDatabase && !target.MayCreateDatabases) yield return Obstacle.OnStandby($"role {target.User} may not create database \"{database}\"", $"create it, empty; or ALTER ROLE {SqlText.Identifier(target.User)} CREATEDB;");
        if (!target.Superuser && !target.MaySubscribe) yield return Obstacle.OnStandby($"role {target.User} may not create a subscription", target.Version >= 160000 ? $"GRANT pg_create_subscription TO {SqlText.Identifier(target.User)};" : "before PostgreSQL 16 only a superuser may (managed services: their administrator)");
        if (begun is null && target.Origins - target.OriginsUsed < 2) yield return Obstacle.OnStandby($"{target.OriginsUsed} of {target.Origins} places for replication are taken, and at least 2 must be free", $"ALTER SYSTEM SET {(target.Version >= 180000 ? "max_active_replication_origins" : "max_replication_slots")} = {target.Origins + 5}; then restart it");
        if (begun is null && target.Workers - target.WorkersUsed < 2) yield return Obstacle.OnStandby($"{target.WorkersUsed} of {target.Workers} workers of logical replication are taken, and at least 2 must be free", $"ALTER SYSTEM SET max_logical_replication_workers = {target.Workers + 4}; and max_worker_processes above it; then restart it");
        if (target.AllWorkers <= target.WorkersUsed + 2) yield return Obstacle.OnStandby($"max_worker_processes is {target.AllWorkers}, too few for replication", "ALTER SYSTEM SET max_worker_processes = 16; then restart it");
        if (primary.Extensions.Where(name => !target.Extensions.Contains(name)).ToList() is { Count: > 0 } extensions) yield return Obstacle.OnStandby($"extensions that the primary uses are not installed: {string.Join(", ", extensions)}", "install their packages on the standby's machine");
        if (begun is null && target.Subscriptions.Contains(StandbyName.ObjectOf(options.Name))) yield return Obstacle.OnStandby($"there is a subscription {StandbyName.ObjectOf(options.Name)} already, of which nothing is known here", "take another name");
        if (begun is null && target.FreeBytes is { } free && free < primary.Bytes) yield return Obstacle.OnStandby($"its disk has {free:N0} bytes free, and the database has {primary.Bytes:N0}", "make room");
    }

    private static IEnumerable<Obstacle> OfRoles(StandbyOptions options, TargetFacts target, IReadOnlyList<string> missing)
    {
        if (missing.Count == 0) yield break;
        if (!options.CreateRoles) yield return Obstacle.OnStandby($"roles that own or may use what is in the database are missing: {Some(missing)}", "add --create-roles");
        else if (!target.MayCreateRoles) yield return Obstacle.OnStandby($"role {target.User} may not create roles", $"ALTER ROLE {SqlText.Identifier(target.User)} CREATEROLE;");
    }

    public static IEnumerable<string> Gaps(PrimaryFacts primary)
    {
        if (primary.LargeObjects > 0) yield return $"{primary.LargeObjects:N0} large objects: logical replication does not carry them; move them into a bytea column, or copy them by a dump before you promote";
        if (primary.Unlogged.Count > 0) yield return $"rows of unlogged tables, which are in no log: {Some(primary.Unlogged)}";
        if (primary.Foreign.Count > 0) yield return $"rows behind foreign tables, which lie elsewhere: {Some(primary.Foreign)}";
        if (primary.MaterializedViews.Count > 0) yield return $"materialized views are empty until the promotion refreshes them: {Some(primary.MaterializedViews)}";
        yield return "new tables, columns, indexes, functions (any DDL): status shows what differs, with the script that mends it";
    }

    public static IEnumerable<string> Warnings(StandbyOptions options, PrimaryFacts primary, TargetFacts target)
    {
        if (primary.SlotKeep < 0) yield return "the primary sets no limit to what a slot may keep (max_slot_wal_keep_size = -1): a standby that is down fills its disk; tidemark serve watches the slot, a limit on the server is surer";
        if (primary.AlwaysTriggers.Count > 0) yield return $"these triggers fire for replicated rows too, so what they do is done twice: {Some(primary.AlwaysTriggers)}";
        if (options.Sides.Seen.Password is not null && target.LogsAll && !target.Superuser) yield return "the standby logs every statement, and only a superuser can keep the password of the primary out of its log";
    }

    public static string Some(IReadOnlyList<string> names) => string.Join(", ", names.Take(Named)) + (names.Count > Named ? $" and {names.Count - Named} more" : "");
}
