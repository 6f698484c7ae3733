using System.Net;
using System.Net.Sockets;

namespace Tidemark.Postgres.Replication;

/// <summary>One way to one server: an address of one of the places that a <see cref="DatabaseAddress"/> names, with or without TLS.</summary>
/// <param name="Address">The whole of it, for what else it says.</param>
/// <param name="Place">Which of its places.</param>
/// <param name="Name">The host as certificates and pass files name it.</param>
/// <param name="EndPoint">One of the addresses of that name.</param>
/// <param name="Tls">What the address says about it.</param>
/// <param name="Encrypts">Whether this way goes over TLS.</param>
/// <param name="Clock">For time-outs, and the dates of certificates.</param>
internal sealed record ServerTarget(DatabaseAddress Address, ServerPlace Place, string Name, EndPoint EndPoint, TlsRules Tls, bool Encrypts, TimeProvider Clock)
{
    public bool IsSocket => Place.IsSocket;

    /// <summary>The address without its other places.</summary>
    public DatabaseAddress Alone => (Address.Keyword("hostaddr") is null ? Address.With("host", Place.Host) : Address.With("host", Name).With("hostaddr", Place.Host)).With("port", $"{Place.Port}");

    /// <summary>For people.</summary>
    public string Server => IsSocket ? $"{Place.Host}/.s.PGSQL.{Place.Port}" : Name.Length == 0 || Name == Place.Host ? $"{Place}" : $"{Name} ({Place})";

    /// <summary>Every way to a place, in the order in which libpq tries them: each address of the host's, with and without TLS.</summary>
    /// <exception cref="Fault">7: there is no such host.</exception>
    public static async Task<IReadOnlyList<IReadOnlyList<ServerTarget>>> OfAsync(DatabaseAddress address, int at, TlsRules tls, TimeProvider clock, CancellationToken token)
    {
        var place = address.Places[at];
        // Beside hostaddr, host only says the name.
        var name = address.Keyword("hostaddr") is null ? place.Host : address.Keyword("host")?.Split(',').ElementAtOrDefault(at) ?? "";
        var ends = place.IsSocket ? [Unix(place)] : (await AddressesAsync(place, token)).Select(EndPoint (ip) => new IPEndPoint(ip, place.Port));
        return [.. ends.Select(end => (IReadOnlyList<ServerTarget>)[.. tls.Attempts(place.IsSocket).Select(encrypts => new ServerTarget(address, place, name, end, tls, encrypts, clock))])];
    }

    private static UnixDomainSocketEndPoint Unix(ServerPlace place)
    {
        var path = $"{place.Host}/.s.PGSQL.{place.Port}";
        try
        {
            // In Linux' abstract namespace the first byte is zero.
            return new UnixDomainSocketEndPoint(path[0] == '@' ? "\0" + path[1..] : path);
        }
        catch (ArgumentOutOfRangeException)
        {
            throw AddressFault.Of($"the path of the socket, {path}, is longer than a socket's can be");
        }
    }

    private static async Task<IPAddress[]> AddressesAsync(ServerPlace place, CancellationToken token)
    {
        if (IPAddress.TryParse(place.Host, out var literal)) return [literal];
        try
        {
            return await Dns.GetHostAddressesAsync(place.Host, token);
        }
        catch (SocketException unknown)
        {
            throw new Fault(FaultCode.Unreachable, "the server cannot be reached", unknown) { Where = $"{place}", Why = unknown.Message, Next = "check the host in DATABASE_URL", Transient = true };
        }
    }
}
