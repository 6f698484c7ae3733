using System.Net;
using System.Net.Sockets;
using Tidemark.Postgres.Replication;

namespace Tidemark.Tests.Postgres.Replication;

/// <summary>Servers that answer the first question badly, or nothing at all.</summary>
public sealed class HandshakeTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Opens a connection to a server that answers each connection's first eight bytes, or startup message, so; null: not at all.</summary>
    private static async Task<(Fault Fault, int Connections)> FaultAsync(string settings, params byte[]?[] answers)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var clients = new List<TcpClient>();
        var opening = Streaming.OpenAsync($"host=127.0.0.1 port={((IPEndPoint)listener.LocalEndpoint).Port} user=me {settings}");
        try
        {
            foreach (var answer in answers)
            {
                var client = await listener.AcceptTcpClientAsync(Token);
                clients.Add(client);
                await client.GetStream().ReadExactlyAsync(new byte[8], Token);
                if (answer is not null) await client.GetStream().WriteAsync(answer, Token);
                // The startup message is longer: what is not read would reset the connection before the answer is.
                if (answer is [(byte)'R', ..]) _ = client.GetStream().CopyToAsync(Stream.Null, Token);
            }
            var fault = await Assert.ThrowsAsync<Fault>(() => opening.WaitAsync(TimeSpan.FromSeconds(20), Token));
            return (fault, clients.Count);
        }
        finally
        {
            foreach (var client in clients) client.Dispose();
        }
    }

    [Fact]
    public async Task Bytes_before_the_handshake_are_not_taken_for_the_server_s()
    {
        var (fault, _) = await FaultAsync("sslmode=require", [(byte)'S', .. Said.Welcome]);
        Assert.Contains("before the handshake", fault.Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData('N', "ssl=off")]
    [InlineData('E', "knew no TLS")]
    [InlineData('H', "0x48")]
    public async Task Without_TLS_those_who_require_it_get_none(char answer, string why)
    {
        var (fault, _) = await FaultAsync("sslmode=require", [(byte)answer]);
        Assert.Equal(FaultCode.Unreachable, fault.Code);
        Assert.Contains(why, fault.Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData('N')]
    [InlineData('E')]
    public async Task Without_TLS_those_who_prefer_it_do_without(char answer)
    {
        var (fault, connections) = await FaultAsync("sslmode=prefer", [(byte)answer], Said.Of('R', Said.Int32(3)));
        Assert.Equal((2, "the server asks for a password"), (connections, fault.What));
    }

    [Fact]
    public async Task Who_does_not_answer_is_waited_for_no_longer_than_said()
    {
        var (fault, _) = await FaultAsync("sslmode=disable connect_timeout=2", (byte[]?)null);
        Assert.Contains("within 2 s (connect_timeout)", fault.Why, StringComparison.Ordinal);
        Assert.True(fault.Transient);
    }

    [Fact]
    public async Task Who_says_nothing_any_more_is_left()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var opening = Streaming.OpenAsync($"host=127.0.0.1 port={((IPEndPoint)listener.LocalEndpoint).Port} user=me sslmode=disable");
        using var client = await listener.AcceptTcpClientAsync(Token);
        await client.GetStream().WriteAsync(Said.Welcome, Token);
        await using var connection = await opening;
        connection.Patience = TimeSpan.FromMilliseconds(200);
        var fault = await Assert.ThrowsAsync<Fault>(() => connection.IdentifyAsync(Token).WaitAsync(TimeSpan.FromSeconds(20), Token));
        Assert.Equal((FaultCode.Unreachable, "it said nothing for 0.2 s"), (fault.Code, fault.Why));
    }
}
