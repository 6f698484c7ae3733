namespace Tidemark.Storage.Sftp;

/// <summary>The keys of servers that somebody has vouched for, as sshd(8) describes the file known_hosts.</summary>
/// <remarks>Lines of @cert-authority are passed over: certificates of hosts are not asked for.</remarks>
internal sealed class KnownHosts(string path, IReadOnlyList<KnownHostLine> lines)
{
    public string Path => path;

    /// <summary>No file is a file that knows nobody.</summary>
    /// <exception cref="Fault">6: it is there and cannot be read.</exception>
    public static KnownHosts Read(string path)
    {
        try
        {
            return new KnownHosts(path, [.. File.ReadLines(path).Select(KnownHostLine.Parse).OfType<KnownHostLine>()]);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return new KnownHosts(path, []);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new Fault(FaultCode.Configuration, "the file of known hosts cannot be read", unreadable) { Where = path, Why = unreadable.Message, Next = $"ls -l '{path}'" };
        }
    }

    /// <summary>Such as ssh-ed25519: of the keys known of this server.</summary>
    public IReadOnlyList<string> TypesOf(string host, int port) => [.. lines.Where(line => line.Marker.Length == 0 && line.Names(NameOf(host, port))).Select(line => line.KeyType).Distinct()];

    public HostKeyVerdict Judge(string host, int port, ReadOnlySpan<byte> key)
    {
        var verdict = HostKeyVerdict.Unknown;
        foreach (var line in lines.Where(line => line.Names(NameOf(host, port))))
        {
            var same = key.SequenceEqual(line.Key);
            if (line.Marker == "@revoked" && same) return HostKeyVerdict.Revoked;
            if (line.Marker.Length > 0) continue;
            if (same) verdict = HostKeyVerdict.Known;
            else if (verdict == HostKeyVerdict.Unknown) verdict = HostKeyVerdict.Changed;
        }
        return verdict;
    }

    /// <summary>As it stands in the file.</summary>
    public static string NameOf(string host, int port) => port == 22 ? host.ToLowerInvariant() : $"[{host.ToLowerInvariant()}]:{port}";
}

internal enum HostKeyVerdict
{
    Unknown,
    Known,

    /// <summary>Other keys are known of this server, and not this one.</summary>
    Changed,
    Revoked,
}
