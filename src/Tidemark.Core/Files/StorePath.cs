namespace Tidemark.Files;

/// <summary>Where a key of a store lies on the disk: always inside the store's root.</summary>
/// <remarks>Keys come from users, uploads and listings; they end up in open(2) and on the command lines of children.</remarks>
internal static class StorePath
{
    /// <param name="root">The store's folder; may itself be reached through symbolic links, and need not exist yet.</param>
    /// <param name="key">Relative, with '/' between its parts.</param>
    /// <returns>The absolute path. Whether something is there is not said.</returns>
    /// <exception cref="Fault"><see cref="FaultCode.OutsideStore"/> (5) when the key leads, or could lead, out of the root.</exception>
    public static string Resolve(string root, string key)
    {
        if (Objection(key) is { } objection)
            throw Outside(root, key, objection);

        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        var realRoot = Posix.Realpath(path);
        foreach (var part in key.Split('/'))
        {
            path = path == "/" ? "/" + part : path + "/" + part;
            if (realRoot is null || new FileInfo(path).LinkTarget is null)
                continue;
            var target = Posix.Realpath(path) ?? throw Outside(root, key, "a symbolic link in it leads nowhere");
            if (!IsInside(realRoot, target))
                throw Outside(root, key, "a symbolic link in it leads out of the store");
        }

        return path;
    }

    /// <summary>Why a key can be no key, or null. Pure: looks at no disk.</summary>
    public static string? Objection(string key)
    {
        if (key.Length == 0)
            return "it is empty";
        if (key[0] == '/')
            return "it is absolute";
        if (key.Any(char.IsControl))
            return "it holds a control character";
        foreach (var part in key.Split('/'))
        {
            if (part.Length == 0)
                return "a part of it is empty";
            if (part is "." or "..")
                return $"'{part}' is not a name";
            if (part[0] == '-')
                return "a part of it begins with '-', and would be read as an option";
        }

        return null;
    }

    private static bool IsInside(string realRoot, string target) =>
        realRoot == "/" || target == realRoot || target.StartsWith(realRoot + "/", StringComparison.Ordinal);

    private static Fault Outside(string root, string key, string why) => new(FaultCode.OutsideStore, "this name cannot be used inside the store")
    {
        Where = $"'{Printable(key)}' in {root}",
        Why = why,
        Next = "tidemark list, and use a name it shows",
    };

    private static string Printable(string key) => string.Concat(key.Select(c => char.IsControl(c) ? '?' : c));
}
