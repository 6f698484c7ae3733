using System.Security.Cryptography;
using Tidemark.EndToEnd.Support;
using Tidemark.Postgres;
using Tidemark.Postgres.Replication;
using Tidemark.Postgres.Wal;

namespace Tidemark.Tests.Postgres.Replication;

/// <summary>What tests of streams have in common: addresses, a workload, and segments beside those of the server.</summary>
internal static class Streaming
{
    public static DatabaseAddress Address(string text) => DatabaseAddress.Parse(text, new Dictionary<string, string>(), "postgres");

    public static Task<ReplicationConnection> OpenAsync(string text) => ReplicationConnection.OpenAsync(Address(text), TimeProvider.System, TestContext.Current.CancellationToken);

    /// <summary>So many segments of changes, ended by a switch; returns the first byte after.</summary>
    public static async Task<Lsn> WorkAsync(PostgresServer server, int segments)
    {
        await server.ExecuteAsync("postgres", "create table if not exists work (id bigint, text text)");
        for (var count = 0; count < segments; count++)
        {
            await server.ExecuteAsync("postgres", "insert into work select i, repeat(md5(i::text), 20) from generate_series(1, 1000) i");
            await server.ExecuteAsync("postgres", "select pg_switch_wal()");
        }
        return Lsn.Parse((await server.ScalarAsync<string>("postgres", "select pg_current_wal_lsn()::text"))!);
    }

    /// <summary>Reads up to a place and returns the whole segments before it: name to content.</summary>
    public static async Task<Dictionary<string, byte[]>> SegmentsAsync(ReplicationStream stream, TimelineId timeline, WalSegmentSize size, Lsn end)
    {
        var all = new Dictionary<string, byte[]>();
        while (stream.Position < end)
        {
            var message = await stream.ReadAsync(TestContext.Current.CancellationToken);
            if (message.Kind == WalMessageKind.End) break;
            if (message.ReplyRequested) await stream.SendStatusAsync(stream.Position, stream.Position, Lsn.None, false, TestContext.Current.CancellationToken);
            var at = message.Start;
            for (var rest = message.Bytes; !rest.IsEmpty;)
            {
                var name = WalSegmentName.At(timeline, at, size).ToString();
                if (!all.TryGetValue(name, out var segment)) all[name] = segment = new byte[size.Bytes];
                var offset = size.OffsetOf(at);
                var part = rest[..Math.Min(rest.Length, size.Bytes - offset)];
                part.Span.CopyTo(segment.AsSpan(offset));
                rest = rest[part.Length..];
                at += (ulong)part.Length;
            }
        }
        return all.Where(pair => WalSegmentName.TryParse(pair.Key, out var name) && name.End(size) <= stream.Position).ToDictionary();
    }

    /// <summary>A base backup that would take long ends when it is cancelled, and says so.</summary>
    public static async Task EndsWhenCancelledAsync(ReplicationConnection connection)
    {
        var token = TestContext.Current.CancellationToken;
        await connection.BeginAsync("BASE_BACKUP (CHECKPOINT 'fast', MAX_RATE 32)", token);
        while (await connection.NextAsync(token) is { Kind: not MessageKind.CopyData })
        {
        }
        await connection.CancelAsync(token);
        var fault = await Assert.ThrowsAsync<Fault>(async () =>
        {
            while (true) await connection.NextAsync(token);
        });
        Assert.Equal("57014", Assert.IsType<ServerRefusal>(fault.InnerException).SqlState);
    }

    public static void SameAsOnServer(PostgresServer server, Dictionary<string, byte[]> segments)
    {
        Assert.NotEmpty(segments);
        Assert.All(segments, segment => Assert.Equal(Hash(File.ReadAllBytes(Path.Combine(server.DataFolder, "pg_wal", segment.Key))), Hash(segment.Value)));
    }

    private static string Hash(byte[] bytes) => Convert.ToHexString(SHA256.HashData(bytes));
}
