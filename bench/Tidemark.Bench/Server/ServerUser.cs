namespace Tidemark.Bench.Server;

/// <summary>PostgreSQL refuses to run as root: under root it runs as `postgres` where there is such a user, else as `nobody`.</summary>
internal static class ServerUser
{
    /// <summary>What setpriv needs to become that user; nothing when this is not root.</summary>
    public static string[] Switch()
    {
        if (!Environment.IsPrivilegedProcess) return [];
        var users = File.ReadLines("/etc/passwd").Select(line => line.Split(':')).Where(parts => parts.Length > 3).ToLookup(parts => parts[0]);
        var user = users["postgres"].Concat(users["nobody"]).First();
        return [$"--reuid={user[2]}", $"--regid={user[3]}", "--clear-groups"];
    }
}
