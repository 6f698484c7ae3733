using System.Globalization;

namespace Tidemark.Storage;

/// <summary>Where a store is, as a user writes it: a folder, <c>s3://bucket/prefix?lock=30d</c>, <c>azblob://container/prefix</c>, <c>sftp://user@host:port/path</c>.</summary>
/// <param name="Kind">Which sort of store.</param>
/// <param name="Host">Bucket, container or host; empty for a folder.</param>
/// <param name="Path">Behind it, without a '/' at either end; for a folder as it was written; for SFTP below the user's folder, or absolute when it begins with '/' (<c>sftp://user@host//srv/backups</c>).</param>
internal sealed record StoreAddress(StoreKind Kind, string Host, string Path)
{
    public string? User { get; init; }

    public int? Port { get; init; }

    /// <summary>Of a bucket; elsewhere a '?' is a character of the path.</summary>
    public BucketOptions Bucket { get; init; } = BucketOptions.None;

    /// <summary>Put before every key: empty, or ending in '/'.</summary>
    public string Prefix => Path.Length == 0 ? "" : Path + "/";

    /// <exception cref="FormatException">With the reason, fit to be shown; it holds no secret.</exception>
    public static StoreAddress Parse(string text)
    {
        var end = text.IndexOf("://", StringComparison.Ordinal);
        if (end < 0) return new StoreAddress(StoreKind.Folder, "", text);
        var rest = text[(end + 3)..];
        var options = BucketOptions.None;
        if (text.StartsWith("s3://", StringComparison.Ordinal) && rest.IndexOf('?', StringComparison.Ordinal) is >= 0 and var question)
            (rest, options) = (rest[..question], BucketOptions.Parse(rest[(question + 1)..]));
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var (place, path) = slash < 0 ? (rest, "") : (rest[..slash], rest[(slash + 1)..].TrimEnd('/'));
        switch (text[..end])
        {
            case "s3" when IsName(place) && IsPath(path): return new StoreAddress(StoreKind.S3, place, path) { Bucket = options };
            case "s3": throw new FormatException("it reads s3://bucket/prefix");
            case "azblob" when IsName(place) && IsPath(path): return new StoreAddress(StoreKind.AzureBlob, place, path);
            case "azblob": throw new FormatException("it reads azblob://container/prefix");
            case "sftp": return Sftp(place, path);
            default: throw new FormatException("stores are a folder, s3://bucket/prefix, azblob://container/prefix or sftp://user@host:port/path");
        }
    }

    public override string ToString() => Kind switch
    {
        StoreKind.Folder => Path,
        StoreKind.S3 => $"s3://{Host}/{Path}".TrimEnd('/') + Bucket,
        StoreKind.AzureBlob => $"azblob://{Host}/{Path}".TrimEnd('/'),
        _ => $"sftp://{User}@{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}{(Port is { } port ? $":{port}" : "")}/{Path}",
    };

    private static StoreAddress Sftp(string place, string path)
    {
        var at = place.LastIndexOf('@');
        var (user, host) = at < 0 ? ("", place) : (place[..at], place[(at + 1)..]);
        if (user.Contains(':', StringComparison.Ordinal)) throw new FormatException("a password does not belong into an address; use a key file");
        var colon = host.LastIndexOf(':');
        int? port = null;
        if (colon >= 0 && !host.EndsWith(']'))
        {
            if (!int.TryParse(host[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > 65535) throw new FormatException("the port must be a number from 1 to 65535");
            (host, port) = (host[..colon], number);
        }
        if (user.Length == 0 || host.Length == 0 || path.Length == 0) throw new FormatException("it reads sftp://user@host:port/path");
        if (path == "~" || path.StartsWith("~/", StringComparison.Ordinal)) throw new FormatException("a path begins in the user's folder by itself: leave out ~/");
        return new StoreAddress(StoreKind.Sftp, host.Trim('[', ']'), path) { User = user, Port = port };
    }

    private static bool IsName(string place) => place.Length > 0 && place.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_');

    private static bool IsPath(string path) => path.Length == 0 || Files.StorePath.Objection(path) is null;
}

internal enum StoreKind
{
    Folder,
    S3,
    AzureBlob,
    Sftp,
}
