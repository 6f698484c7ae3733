using System.Globalization;
using System.Net.Sockets;
using Npgsql;

namespace Tidemark.Postgres;

/// <summary>A cable that was pulled says nothing: without these a connection to a server that is gone stays open for ever.</summary>
/// <remarks>
/// Asked after a minute of silence, then each 15 s; ended after 4 unanswered, so after 2 minutes in all. That bounds a dead machine and a cut
/// network. A server that is there but does not answer (stopped, out of memory) acknowledges all the same: only connecting to it is bounded.
/// </remarks>
internal static class DeadPeer
{
    private const int Idle = 60, Interval = 15, Count = 4, Connecting = 60;

    /// <summary>Milliseconds that sent data may stay unacknowledged: as long as the questions take.</summary>
    private const int Unacknowledged = (Idle + (Count * Interval)) * 1000;

    /// <summary>Keywords of libpq (12 and later know all of them) that the address does not hold already; none of them matters on a socket.</summary>
    public static IEnumerable<KeyValuePair<string, string>> ForChildren(DatabaseAddress address)
    {
        (string Keyword, int Value)[] wanted =
            [("connect_timeout", Connecting), ("keepalives_idle", Idle), ("keepalives_interval", Interval), ("keepalives_count", Count), ("tcp_user_timeout", Unacknowledged)];
        return address.Places.All(place => place.IsSocket) ? []
            : wanted.Where(pair => address.Keyword(pair.Keyword) is null).Select(pair => KeyValuePair.Create(pair.Keyword, pair.Value.ToString(CultureInfo.InvariantCulture)));
    }

    /// <summary>The same for our own connections, as far as Npgsql has it; the number of questions is then the kernel's (9).</summary>
    public static void Bound(NpgsqlConnectionStringBuilder builder, DatabaseAddress address)
    {
        if (address.Places.Any(place => place.IsSocket) || address.Keyword("keepalives") is "0") return;
        builder.TcpKeepAlive = true;
        builder.TcpKeepAliveTime = Number(address, "keepalives_idle", Idle);
        builder.TcpKeepAliveInterval = Number(address, "keepalives_interval", Interval);
    }

    /// <summary>The same for a socket of our own, with all that libpq sets.</summary>
    public static void Bound(Socket socket, DatabaseAddress address)
    {
        const int tcp = 6, userTimeout = 18;
        socket.NoDelay = true;
        if (OperatingSystem.IsLinux()) socket.SetRawSocketOption(tcp, userTimeout, BitConverter.GetBytes(Number(address, "tcp_user_timeout", Unacknowledged)));
        if (address.Keyword("keepalives") is "0") return;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, Number(address, "keepalives_idle", Idle));
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, Number(address, "keepalives_interval", Interval));
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, Number(address, "keepalives_count", Count));
    }

    /// <summary>How long one try to connect may take. libpq takes 0 and negative for "no limit", and 1 for 2.</summary>
    public static TimeSpan Connect(DatabaseAddress address) =>
        (int.TryParse(address.Keyword("connect_timeout"), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var said) ? said : Connecting) switch
        {
            <= 0 => Timeout.InfiniteTimeSpan,
            1 => TimeSpan.FromSeconds(2),
            var seconds => TimeSpan.FromSeconds(seconds),
        };

    private static int Number(DatabaseAddress address, string keyword, int otherwise) =>
        int.TryParse(address.Keyword(keyword), NumberStyles.None, CultureInfo.InvariantCulture, out var said) && said > 0 ? said : otherwise;
}
