using Tidemark.Postgres;
using Tidemark.Processes;

namespace Tidemark.Restores;

/// <summary>The user's commands around a restore. Each gets DATABASE_URL of the database that holds the restored rows, password included.</summary>
internal sealed class RestoreHooks(RestoreOptions options, RestorePlan plan, Action<string> log)
{
    private readonly SecretMask mask = new(options.Address.Secrets);

    private DatabaseAddress Restored => options.Address.WithDatabase(plan.Target);

    /// <summary>Such as migrations.</summary>
    public Task AfterRestoreAsync(CancellationToken token) => RunAsync("after-restore", options.Hooks.AfterRestore, token);

    public Task SmokeTestAsync(CancellationToken token) => RunAsync("smoke-test", options.Hooks.SmokeTest, token);

    public Task BeforeSwapAsync(CancellationToken token) => RunAsync("before-swap", options.Hooks.BeforeSwap, token);

    /// <summary>The swap is done and stays done whatever this one says.</summary>
    public async Task AfterSwapAsync(SwapRecord? swap, CancellationToken token)
    {
        if (options.Hooks.AfterSwap is not { } command) return;
        try
        {
            await Hook.RunAsync("after-swap", command, options.ProjectRoot, Environment(options.Address.WithDatabase(plan.Live!)), mask, log, "", token);
        }
        catch (Fault failed)
        {
            throw new Fault(FaultCode.TargetChanged, failed.What, failed)
            {
                Where = failed.Where,
                Why = failed.Why,
                Left = $"the swap is done: \"{plan.Live}\" is the restored database{(swap is null ? "" : $", the old one is kept as \"{swap.Kept}\"")}",
                Next = swap is null ? "run the command by hand" : "run the command by hand, or: tidemark undo",
            };
        }
    }

    private async Task RunAsync(string name, string? command, CancellationToken token)
    {
        if (command is null) return;
        var left = plan.TargetExists ? $"database \"{plan.Target}\" holds what was restored" : $"the restored database \"{plan.Target}\" stands beside the others; the live one was not touched";
        try
        {
            await Hook.RunAsync(name, command, options.ProjectRoot, Environment(Restored), mask, log, left, token);
        }
        catch (Fault failed) when (plan.TargetExists)
        {
            throw new Fault(FaultCode.TargetChanged, failed.What, failed) { Where = failed.Where, Why = failed.Why, Left = left, Next = failed.Next };
        }
    }

    private Dictionary<string, string> Environment(DatabaseAddress database) => new()
    {
        ["DATABASE_URL"] = database.ToUrl(),
        ["TIDEMARK_DATABASE"] = database.Database,
        ["TIDEMARK_BACKUP_ID"] = options.Source.Id,
    };
}
