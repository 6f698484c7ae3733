using Tidemark.Bench.Machine;

namespace Tidemark.Bench.Server;

/// <summary>PostgreSQL refuses to run as root: under root it runs as `postgres` where there is such a user, else as `nobody`.</summary>
internal static class ServerUser
{
    /// <summary>Nobody's on Linux.</summary>
    private const int StrangersId = 65534;

    /// <summary>Makes a folder that user's.</summary>
    public static void Give(string folder)
    {
        if (Switch() is [var user, var group, ..]) Shell.Output("chown", ["--recursive", $"{user.Split('=')[1]}:{group.Split('=')[1]}", folder]);
    }

    /// <summary>A command that is run as that user: the program that is started, and its arguments.</summary>
    public static (string Program, string[] Arguments) Command(string program, IEnumerable<string> arguments) =>
        Switch() is { Length: > 0 } user ? ("setpriv", [.. user, program, .. arguments]) : (program, [.. arguments]);

    public static void GiveStranger(string folder) => Shell.Output("chown", ["--recursive", $"{StrangersId}", folder]);

    /// <summary>Another user, whom the server's group lets as far as its socket, and no further: who cannot read its files.</summary>
    public static string[] Stranger() => Switch() is [_, var group, ..] ? [$"--reuid={StrangersId}", group, "--clear-groups"] : throw new BenchFailure("who cannot read the server's files is another user: run this as root");

    /// <summary>What setpriv needs to become that user; nothing when this is not root.</summary>
    public static string[] Switch()
    {
        if (!Environment.IsPrivilegedProcess) return [];
        var users = File.ReadLines("/etc/passwd").Select(line => line.Split(':')).Where(parts => parts.Length > 3).ToLookup(parts => parts[0]);
        var user = users["postgres"].Concat(users["nobody"]).First();
        return [$"--reuid={user[2]}", $"--regid={user[3]}", "--clear-groups"];
    }
}
