namespace Tidemark.Postgres;

/// <summary>One place where a server listens: a host name, an IP address (IPv6 without brackets), or the folder of a Unix socket.</summary>
internal readonly record struct ServerPlace(string Host, int Port)
{
    public const string DefaultSocketFolder = "/var/run/postgresql";
    public const int DefaultPort = 5432;

    /// <summary>A path, or, with '@', a name in Linux' abstract namespace.</summary>
    public bool IsSocket => Host is ['/' or '@', ..];

    /// <summary>A socket or a loopback address: nothing goes over a network, and the server's disk is one of this machine's.</summary>
    public bool IsHere => IsSocket || Host is "localhost" or "127.0.0.1" or "::1";

    public override string ToString() => Host.Contains(':') ? $"[{Host}]:{Port}" : $"{Host}:{Port}";

    /// <summary>libpq's pairing: an empty host is the socket folder, one port serves all hosts, else there are as many ports as hosts.</summary>
    /// <param name="hosts">Host names or addresses with commas between; null when none is named.</param>
    /// <param name="ports">Ports with commas between; an empty one is 5432.</param>
    public static IReadOnlyList<ServerPlace> Pair(string? hosts, string? ports)
    {
        var names = (hosts ?? "").Split(',');
        var numbers = (ports ?? "").Split(',');
        if (numbers.Length != 1 && numbers.Length != names.Length)
            throw AddressFault.Of($"{numbers.Length} ports are given for {names.Length} hosts", "give one port for all, or one for each host");
        return [.. names.Select((name, at) => new ServerPlace(
            name.Length == 0 ? DefaultSocketFolder : name,
            ReadPort(numbers[numbers.Length == 1 ? 0 : at], at)))];
    }

    /// <remarks>A port that is none is not shown: in postgresql://user:secret/db, libpq's rules make the password a port.</remarks>
    private static int ReadPort(string text, int at) => text.Trim() switch
    {
        "" => DefaultPort,
        var digits when int.TryParse(digits, System.Globalization.NumberStyles.None, null, out var port) && port is > 0 and <= 65535 => port,
        _ => throw AddressFault.Of($"the port of host {at + 1} is no number from 1 to 65535"),
    };
}
