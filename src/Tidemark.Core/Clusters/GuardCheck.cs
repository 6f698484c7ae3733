using Tidemark.Restores;

namespace Tidemark.Clusters;

/// <summary>Whether the production guard is armed, and by what.</summary>
internal static class GuardCheck
{
    private static readonly CheckSubject Subject = new("guard", "production guard", FaultCode.Failed);

    public static async Task<Check> LookAsync(ProbedServer? server, string? saidBy, CancellationToken token) =>
        server is null && saidBy is null ? Subject.NotLookedAt("no setting arms it; the server, which may, cannot be asked")
        : await Subject.LookAsync(async () => Judge(server?.Address.Database ?? "", saidBy, server is null ? null : await ProductionGuard.ServerSaysAsync(server.Connection, server.Address, [server.Address.Database], token)));

    public static Check Judge(string database, string? saidBy, string? serverSays) =>
        Subject.Ok(ProductionGuard.Judge(database, saidBy, serverSays, force: false, confirm: null).Refusal is { } armed
            ? $"armed by {armed.Where}: an existing database changes only with --force and --confirm"
            : "not armed: nothing says production");
}
