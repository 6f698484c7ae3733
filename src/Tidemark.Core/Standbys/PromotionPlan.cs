using System.Text.Json.Serialization;

namespace Tidemark.Standbys;

/// <summary>What a promotion would do, and what it would lose; pure.</summary>
internal sealed record PromotionPlan
{
    public required string Name { get; init; }

    /// <summary>What the application will use then, without the password.</summary>
    public required string DatabaseUrl { get; init; }

    public required bool PrimaryAnswers { get; init; }

    /// <summary>In a sentence.</summary>
    public required string Loss { get; init; }

    public required IReadOnlyList<string> Steps { get; init; }

    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>What the production guard says.</summary>
    public required string Guard { get; init; }

    /// <summary>Null: nothing keeps it from being done.</summary>
    [JsonIgnore]
    public Fault? Refusal { get; init; }

    public static PromotionPlan Of(PromoteOptions options, StandbyReport report, bool primaryAnswers, string guard, Fault? refusal) => new()
    {
        Name = options.Record.Id,
        DatabaseUrl = options.Sides.Standby.ToOpenUrl(),
        PrimaryAnswers = primaryAnswers,
        Loss = LossOf(options, report, primaryAnswers),
        Steps = [.. Story(options, primaryAnswers)],
        Warnings = [.. WarningsOf(options, report, primaryAnswers)],
        Guard = guard,
        Refusal = refusal,
    };

    private static string LossOf(PromoteOptions options, StandbyReport report, bool primaryAnswers) => (primaryAnswers, options.Fence) switch
    {
        (true, true) => "nothing: the primary takes no writes while the standby catches up",
        (true, false) => "whatever the primary commits after the standby has caught up: stop the application first, or add --fence",
        _ => report.NewestBeat is { } beat ? $"whatever the primary committed after {beat.UtcDateTime:yyyy-MM-dd HH:mm:ss.fff}Z, by its own clock, and the standby has not received" : "not known: no row to measure by has come",
    };

    private static IEnumerable<string> Story(PromoteOptions options, bool primaryAnswers)
    {
        if (options.Hooks.BeforeSwap is not null) yield return "the before-swap hook: it stops the application";
        if (primaryAnswers && options.Fence) yield return $"the primary: transactions in \"{options.Sides.Primary.Database}\" are read only from then on (default_transaction_read_only), and its sessions are ended";
        yield return primaryAnswers ? $"wait, at most {Ages.InWords(options.Patience)}, until the standby has all that was committed by then" : "wait until the standby has applied what it has received";
        if (primaryAnswers && options.Fence) yield return "count the rows of every table on both sides";
        yield return "remove the subscription: from then on the standby is a database of its own";
        yield return "set the sequences past the last values, refresh the materialized views";
        if (primaryAnswers) yield return "the primary: drop slot and publication";
        if (options.Hooks.AfterSwap is not null) yield return "the after-swap hook: it starts the application, with the new DATABASE_URL";
    }

    private static IEnumerable<string> WarningsOf(PromoteOptions options, StandbyReport report, bool primaryAnswers)
    {
        if (!primaryAnswers && options.Fence) yield return "the primary does not answer and so cannot be fenced: see that it does not come back while applications still know it";
        if (report.Tables.Where(table => table.State != "following").ToList() is { Count: > 0 } others) yield return $"not complete: {StandbyPreflight.Some([.. others.Select(table => $"{table.Name} ({table.State})")])}";
        foreach (var finding in report.Drift?.Findings ?? []) yield return $"the schemas differ: {finding}";
        foreach (var gap in report.Gaps) yield return $"does not travel: {gap}";
    }
}
