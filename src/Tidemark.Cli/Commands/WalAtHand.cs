using Tidemark.Files;
using Tidemark.Wal;

namespace Tidemark.Cli.Commands;

/// <summary>Serves a segment that was fetched ahead, before the commands are made: PostgreSQL starts the program once a segment, and sixty commands take longer than a rename.</summary>
internal static class WalAtHand
{
    /// <summary>False, whatever the reason: then the command itself does it, or tells why not.</summary>
    public static bool TryServe(string[] args)
    {
        var (plan, name, path) = args switch
        {
            ["wal", "fetch", "--plan", var file, var wanted, var to] => (file, wanted, to),
            ["wal", "fetch", var wanted, var to] => (null, wanted, to),
            _ => default,
        };
        if (name is null || path.Length == 0 || plan is "" || path.StartsWith('-') || WalFileName.Parse(name) is not { } asked) return false;
        try
        {
            var folder = Environment.CurrentDirectory;
            var place = Path.GetFullPath(path, folder);
            return DataFolder.Around(place, folder) is { } data
                && WalFetchRunner.TryServe(new WalFetchRequest(asked, place, plan is null ? null : WalPlan.ReadFile(Path.GetFullPath(plan, folder)), Timeline: null), DataFolder.SystemIdentifierOf(data), ThisBoot.Name(), TimeProvider.System);
        }
        catch (Exception untold) when (untold is Fault or IOException or UnauthorizedAccessException or FormatException)
        {
            return false;
        }
    }
}
