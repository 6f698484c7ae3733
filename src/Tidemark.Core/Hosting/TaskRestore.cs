using Tidemark.Restores;

namespace Tidemark.Hosting;

/// <summary>What a task of the service asks to be restored, as a restore is asked for.</summary>
internal static class TaskRestore
{
    public static IReadOnlyList<string> Modes { get; } = ["beside", "swap", "into", "inplace"];

    /// <exception cref="Fault">4: there is no such backup; 9: no key opens it.</exception>
    public static async Task<RestoreOptions> OptionsAsync(Workbench workbench, TaskRequest request, CancellationToken token)
    {
        var entry = request.Upload is { } file ? await workbench.Choice.FindAsync(file, null, workbench.Options.ProjectRoot, token)
            : await workbench.Choice.FindStoredAsync(request.Source ?? "latest", request.Database ?? workbench.Database.Database, token);
        return new RestoreOptions
        {
            Source = await workbench.Choice.ReadableAsync(entry, workbench.Keys, token),
            Address = workbench.Database,
            Mode = request.Mode switch { "swap" => RestoreMode.Swap, "into" => RestoreMode.Into, "inplace" => RestoreMode.InPlace, _ => RestoreMode.Beside },
            ToDatabase = request.ToDatabase,
            Force = request.Force,
            Confirm = request.Confirm,
            Reason = request.Reason,
            ProductionSaidBy = workbench.Options.ProductionSaidBy,
            ProjectRoot = workbench.Options.ProjectRoot,
            Hooks = workbench.Options.Hooks,
        };
    }
}
