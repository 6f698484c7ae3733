using Tidemark.Storage;

namespace Tidemark.Configuration;

/// <summary>Where this machine keeps what it knows besides the backups: in the backup folder where there is one, so that both move together.</summary>
internal static class StatePlace
{
    /// <param name="stores">All of them; the first folder is taken.</param>
    /// <param name="variables">STATE_DIRECTORY is what systemd gives a service (systemd.exec(5)); XDG_STATE_HOME and ~/.local/state are the place of a user (XDG base directory specification).</param>
    /// <param name="root">Where nothing else is said.</param>
    public static string Of(IReadOnlyList<StoreAddress> stores, IReadOnlyDictionary<string, string> variables, string root)
    {
        if (stores.FirstOrDefault(store => store.Kind == StoreKind.Folder) is { } folder) return Path.Combine(folder.Path, ".tidemark");
        string? Said(string name) => variables.TryGetValue(name, out var value) && Path.IsPathRooted(value) ? value : null;
        var home = Said("STATE_DIRECTORY")?.Split(':')[0]
            ?? (Said("XDG_STATE_HOME") is { } state ? Path.Combine(state, "tidemark") : null)
            ?? (Said("HOME") is { } own ? Path.Combine(own, ".local", "state", "tidemark") : Path.Combine(root, ".tidemark"));
        // Two places of backups on one machine are two histories.
        return Path.Combine(home, string.Concat(stores[0].ToString().Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_' or '@' ? letter : '_')));
    }
}
