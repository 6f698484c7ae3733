using Tidemark.Processes;

namespace Tidemark.Restores;

/// <summary>Armed on production: no existing database is restored over or swapped without --force and --confirm with its name.</summary>
/// <remarks>--force lifts this guard and nothing else.</remarks>
internal sealed record ProductionGuard
{
    private ProductionGuard(string verdict, Fault? refusal) => (Verdict, Refusal) = (verdict, refusal);

    public string Verdict { get; }

    public Fault? Refusal { get; }

    /// <param name="threatened">The existing database that would be replaced or restored over; null when none is.</param>
    /// <param name="saidBy">The setting that says production; null when none does.</param>
    /// <param name="serverSays">The server's own tidemark.environment for that database.</param>
    /// <param name="force">--force</param>
    /// <param name="confirm">--confirm</param>
    public static ProductionGuard Judge(string? threatened, string? saidBy, string? serverSays, bool force, string? confirm)
    {
        var armedBy = saidBy ?? (string.Equals(serverSays, "production", StringComparison.OrdinalIgnoreCase) ? "the server: tidemark.environment = production" : null);
        if (armedBy is null) return new("not armed (not production)", null);
        if (threatened is null) return new($"armed by {armedBy}; no existing database is touched", null);
        if (force && confirm == threatened) return new($"armed by {armedBy}; lifted by --force --confirm {threatened}", null);
        return new($"armed by {armedBy}; refuses", new Fault(FaultCode.Refused, $"the production guard protects database \"{threatened}\"")
        {
            Where = armedBy,
            Why = !force ? "--force was not given" : confirm is null ? "--confirm was not given" : $"--confirm says \"{confirm}\"",
            Next = $"if you mean it: add --force --confirm {ShellWord.Quote(threatened)}; or leave out --swap and look at the restored copy first",
        });
    }
}
