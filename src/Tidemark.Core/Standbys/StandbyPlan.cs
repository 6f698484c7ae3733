namespace Tidemark.Standbys;

/// <summary>What will be made where, what is in the way, and what will not travel. Pure.</summary>
internal sealed record StandbyPlan
{
    public required string Name { get; init; }

    /// <summary>Without secrets.</summary>
    public required string Primary { get; init; }

    public required string Standby { get; init; }

    public required IReadOnlyList<Obstacle> Obstacles { get; init; }

    /// <summary>That logical replication does not carry: it is not on the standby, or only as of now.</summary>
    public required IReadOnlyList<string> Gaps { get; init; }

    public required IReadOnlyList<string> Warnings { get; init; }

    public required IReadOnlyList<string> Steps { get; init; }

    public required int Tables { get; init; }

    public required long Bytes { get; init; }

    /// <summary>Roles that the standby's server lacks.</summary>
    public required IReadOnlyList<string> MissingRoles { get; init; }

    /// <param name="options">What was asked for.</param>
    /// <param name="primary">As it says.</param>
    /// <param name="target">As it says.</param>
    /// <param name="begun">What an earlier, killed create has noted; null: none.</param>
    public static StandbyPlan Of(StandbyOptions options, PrimaryFacts primary, TargetFacts target, StandbyRecord? begun)
    {
        List<string> missing = [.. primary.Roles.Where(role => !target.Roles.Contains(role))];
        var free = begun is null || begun.Phase == StandbyPhase.Preparing;
        return new StandbyPlan
        {
            Name = options.Name,
            Primary = options.Sides.Primary.ToOpenUrl(),
            Standby = options.Sides.Standby.ToOpenUrl(),
            Obstacles = [.. StandbyPreflight.Of(options, primary, target, missing, begun)],
            Gaps = [.. StandbyPreflight.Gaps(primary)],
            Warnings = [.. StandbyPreflight.Warnings(options, primary, target)],
            Steps = free ? [.. Story(options, primary, target, missing)] : [$"take up what was begun at {begun!.At:yyyy-MM-dd HH:mm}Z: it was {begun.Phase.ToString().ToLowerInvariant()}"],
            Tables = primary.Tables.Count,
            Bytes = primary.Bytes,
            MissingRoles = missing,
        };
    }

    private static IEnumerable<string> Story(StandbyOptions options, PrimaryFacts primary, TargetFacts target, List<string> missing)
    {
        var made = StandbyName.ObjectOf(options.Name);
        if (missing.Count > 0 && options.CreateRoles) yield return $"on the standby: roles {string.Join(", ", missing)}";
        if (!target.HasDatabase) yield return $"on the standby: database \"{options.Sides.Standby.Database}\"";
        yield return "on the standby: all tables with their primary keys and replica identities, which changes of rows are found by";
        yield return $"on the primary: table {StandbyName.Schema}.{options.Name} (one row, for measuring), publication {made}, slot {made}";
        yield return $"on the standby: subscription {made}; it copies {primary.Tables.Count} tables, {target.Copiers} at a time (max_sync_workers_per_subscription), and then streams";
        yield return "on the standby: the other indexes, foreign keys and triggers, when the rows are there";
        yield return $"sequences ({primary.Sequences}) are set ahead, and kept so";
    }
}

