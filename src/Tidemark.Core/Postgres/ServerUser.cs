namespace Tidemark.Postgres;

/// <summary>Whom a server of ours runs as: PostgreSQL refuses to run as root, so under root it is <c>postgres</c>, or <c>nobody</c> where there is no such user.</summary>
internal sealed record ServerUser(string Name, string Uid, string Gid)
{
    /// <summary>Null: this process is not root, and the server runs as whoever we are.</summary>
    public static ServerUser? Find()
    {
        if (!Environment.IsPrivilegedProcess) return null;
        var users = File.ReadLines("/etc/passwd").Select(line => line.Split(':')).Where(fields => fields.Length > 3).ToLookup(fields => fields[0]);
        return users["postgres"].Concat(users["nobody"]).Select(fields => new ServerUser(fields[0], fields[2], fields[3])).FirstOrDefault()
            ?? throw new Fault(FaultCode.Configuration, "there is no user that a server could run as") { Where = "/etc/passwd", Why = "it knows neither postgres nor nobody, and PostgreSQL does not run as root", Next = "run this as another user than root" };
    }

    /// <summary>The words before a command line that make it run as this user.</summary>
    public IReadOnlyList<string> Switch => ["setpriv", $"--reuid={Uid}", $"--regid={Gid}", "--clear-groups", "--"];
}
