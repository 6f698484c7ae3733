using System.Net;
using Microsoft.AspNetCore.Http;

namespace Tidemark.AspNetCore;

/// <summary>How <c>tidemark serve</c> is reached.</summary>
/// <param name="Urls">Where it listens, separated by semicolons.</param>
/// <param name="PathBase">What a proxy leaves in front of every path; null: nothing.</param>
/// <param name="Proxies">Those whose X-Forwarded-* headers are believed; empty: nobody's.</param>
internal sealed record ServeOptions(string Urls, string? PathBase, IReadOnlyList<IPAddress> Proxies)
{
    /// <summary>Logs as JSON; else as lines for people.</summary>
    public bool JsonLogs { get; init; }

    /// <exception cref="Fault">2: it is none of them.</exception>
    public static ServeOptions Of(string urls, string? pathBase, IReadOnlyList<string> proxies)
    {
        var addresses = Split(urls);
        if (addresses.Length == 0) throw NoAddress(urls, null);
        foreach (var url in addresses)
        {
            if (!url.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
                throw new Fault(FaultCode.Usage, "serve speaks plain HTTP") { Where = $"--urls {url}", Why = "TLS is for a proxy in front of it, which has a certificate and renews it", Next = "tidemark serve --urls http://127.0.0.1:8432 --proxy 127.0.0.1" };
            RequireAddress(url);
        }
        if (pathBase is not null && (!pathBase.StartsWith('/') || pathBase.EndsWith('/')))
            throw new Fault(FaultCode.Usage, "a path base begins with a slash and does not end with one") { Where = $"--path-base {pathBase}", Next = "tidemark serve --path-base /backups" };
        return new ServeOptions(urls, pathBase, [.. proxies.Select(Address)]);
    }

    /// <summary>Each address by itself.</summary>
    public static string[] Split(string urls) => urls.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>As Kestrel reads it, which would tell only when all else has been started.</summary>
    private static void RequireAddress(string url)
    {
        try
        {
            var address = BindingAddress.Parse(url);
            if (address.PathBase.Length > 0) throw NoAddress(url, $"a path belongs into --path-base {address.PathBase}");
            if (address.Port is < 0 or > 65535) throw NoAddress(url, "a port is a number from 0 to 65535");
            if (address.Host is "localhost" or "*" or "+" || IPAddress.TryParse(address.Host.Trim('[', ']'), out _)) return;
            throw NoAddress(url, "its host is an IP address of this machine, localhost, or * for all of them: for a name every address would be listened on");
        }
        catch (FormatException unreadable)
        {
            throw NoAddress(url, unreadable.Message);
        }
    }

    private static Fault NoAddress(string url, string? why) => new(FaultCode.Usage, "this is no address to listen on") { Where = $"--urls {url}", Why = why, Next = "tidemark serve --urls http://127.0.0.1:8432" };

    /// <summary>Null where only this machine reaches it.</summary>
    public static string? WarningOf(string url) => Uri.TryCreate(url, UriKind.Absolute, out var at) && at.IsLoopback ? null
        : $"warning: {url} can be reached from other machines, and tokens and backups travel there without TLS; put a proxy with TLS in front, or listen on 127.0.0.1";

    private static IPAddress Address(string text) => IPAddress.TryParse(text, out var address) ? address
        : throw new Fault(FaultCode.Usage, "this is no address of a proxy") { Where = $"--proxy {text}", Next = "tidemark serve --proxy 127.0.0.1" };
}
