using System.Net;
using CsCheck;
using Tidemark.Postgres.Replication;
using Tidemark.Postgres.Wal;

namespace Tidemark.Tests.Postgres.Replication;

/// <summary>Servers that say anything: right, wrong, hostile.</summary>
public sealed class ConversationTests
{
    private static readonly byte[] Whole =
    [
        .. Said.Welcome, .. Said.Rows("7123456789012345678", "1", "0/3000028", null), .. Said.Rows("16MB"), .. Said.Rows("00000002.history", "1\t0/3000000\tno recovery target specified\n"),
        .. Said.CopyBoth, .. Said.Wal(0x3000000, 1, 2, 3), .. Said.Of('N', 0), .. Said.Keepalive(0x3000003, true), .. Said.Wal(0x3000003, new byte[300]),
        .. Said.Of('c'), .. Said.Of('T', Said.Int16(0)), .. Said.Row("2", "0/300012F"), .. Said.Of('C', Said.Text("START_STREAMING")), .. Said.Ready,
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static ServerLink Link(ScriptedStream script)
    {
        var address = Streaming.Address("postgresql://me:secret@127.0.0.1/db?sslmode=disable");
        var target = new ServerTarget(address, address.Places[0], "127.0.0.1", new IPEndPoint(IPAddress.Loopback, 1), TlsRules.Of(address), false, TimeProvider.System);
        return new ServerLink(target, script, null);
    }

    private static async Task<(int Bytes, TimelineSwitch? Next)> ListenAsync(byte[] script, int piece = int.MaxValue)
    {
        await using var connection = await ReplicationConnection.StartAsync(Link(new ScriptedStream(script, piece)), Token);
        var identity = await connection.IdentifyAsync(Token);
        await connection.SegmentSizeAsync(Token);
        await connection.TimelineHistoryAsync(new TimelineId(2), Token);
        var stream = await connection.StreamAsync("slot", new Lsn(0x3000000), identity.Timeline, Token);
        var bytes = 0;
        while (true)
        {
            var message = await stream.ReadAsync(Token);
            if (message.Kind == WalMessageKind.End) return (bytes, stream.Next);
            if (message.ReplyRequested) await stream.SendStatusAsync(stream.Position, stream.Position, Lsn.None, false, Token);
            bytes += message.Bytes.Length;
        }
    }

    private static async Task<Fault> FaultAsync(params byte[][] said) => await Assert.ThrowsAsync<Fault>(() => ListenAsync([.. said.SelectMany(message => message)]));

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(int.MaxValue)]
    public async Task A_right_conversation_is_understood_in_pieces_of_any_size(int piece)
    {
        var (bytes, next) = await ListenAsync(Whole, piece);
        Assert.Equal(303, bytes);
        Assert.Equal(new TimelineSwitch(new TimelineId(2), new Lsn(0x300012F)), next);
    }

    [Fact]
    public void A_changed_conversation_is_understood_or_a_fault_and_nothing_else() =>
        Gen.Select(Gen.Int[0, Whole.Length - 1], Gen.Byte, Gen.Int[0, 3]).Array[1, 4].Select(Gen.Int[1, 400]).Sample(made =>
        {
            var script = Whole.ToList();
            foreach (var (at, value, how) in made.Item1)
            {
                if (at >= script.Count) continue;
                if (how == 0) script[at] = value;
                else if (how == 1) script.Insert(at, value);
                else if (how == 2) script.RemoveAt(at);
                else script.RemoveRange(at, Math.Min(script.Count - at, value));
            }
            Settle([.. script], made.Item2);
        }, iter: 3_000);

    [Fact]
    public void Noise_is_a_fault_and_nothing_else() =>
        Gen.Byte.Array[0, 400].Sample(noise => Settle([.. noise.Length % 2 == 0 ? Said.Welcome : [], .. noise], int.MaxValue), iter: 2_000);

    private static void Settle(byte[] script, int piece)
    {
        var listening = ListenAsync(script, piece);
        try
        {
            Assert.True(listening.Wait(TimeSpan.FromSeconds(20), Token), "it hangs");
        }
        catch (AggregateException ended) when (ended.InnerException is Fault)
        {
            // Told in our own words.
        }
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(MessageReader.LongestOfStrangers + 5)]
    [InlineData(3)]
    [InlineData(-1)]
    public async Task A_stranger_s_length_is_not_believed(int length)
    {
        await using var stream = new ScriptedStream([(byte)'R', .. Said.Int32(length)], int.MaxValue);
        var fault = await Assert.ThrowsAsync<Fault>(() => ReplicationConnection.StartAsync(Link(stream), Token));
        Assert.Contains("4 to 30004 are possible", fault.Why, StringComparison.Ordinal);
        Assert.InRange(stream.MostAsked, 1, 4 << 20);
    }

    [Fact]
    public async Task No_message_is_longer_than_the_bound() =>
        Assert.Contains($"4 to {MessageReader.Longest + 4} are possible", (await FaultAsync(Said.Welcome, [(byte)'D', .. Said.Int32(MessageReader.Longest + 5)])).Why, StringComparison.Ordinal);

    [Fact]
    public async Task A_message_of_a_mebibyte_is_understood()
    {
        var script = Whole.AsSpan().IndexOf(Said.Wal(0x3000003, new byte[300]));
        var (bytes, _) = await ListenAsync([.. Whole[..script], .. Said.Wal(0x3000003, new byte[1 << 20]), .. Whole[(script + Said.Wal(0, new byte[300]).Length)..]], 100_000);
        Assert.Equal(3 + (1 << 20), bytes);
    }

    [Fact]
    public async Task WAL_that_does_not_join_on_is_a_fault()
    {
        var at = Whole.AsSpan().IndexOf(Said.CopyBoth);
        var fault = await FaultAsync(Whole[..at], Said.CopyBoth, Said.Wal(0x3000000, 1, 2), Said.Wal(0x3000003, 1));
        Assert.Contains("0/3000002", fault.Why, StringComparison.Ordinal);
        await FaultAsync(Whole[..at], Said.CopyBoth, Said.Wal(0x3000000, 1, 2), Said.Wal(0x3000000, 1, 2));
    }

    [Fact]
    public async Task A_server_that_shuts_down_in_the_middle_may_be_asked_again()
    {
        var at = Whole.AsSpan().IndexOf(Said.CopyBoth);
        Assert.True((await FaultAsync(Whole[..at], Said.CopyBoth, Said.Of('C', Said.Text("COPY 0")))).Transient);
        Assert.True((await FaultAsync(Whole[..at], Said.CopyBoth)).Transient);
        Assert.True((await FaultAsync(Whole[..at], Said.CopyBoth, Said.Error("FATAL", "57P01", "terminating connection due to administrator command"))).Transient);
    }

    [Theory]
    [InlineData("28000", "access-denied", "all does not match replication")]
    [InlineData("28P01", "access-denied", "password")]
    [InlineData("42501", "access-denied", "alter role \"me\" replication")]
    [InlineData("53300", "database-unreachable", "max_wal_senders")]
    [InlineData("57P03", "database-unreachable", "try again")]
    [InlineData("55006", "locked", "pg_replication_slots")]
    [InlineData("58P01", "not-found", "base backup")]
    [InlineData("55000", "refused", "wal_level")]
    [InlineData("XX000", "failed", "log")]
    public async Task A_refusal_says_what_to_do_next(string state, string code, string next)
    {
        var fault = await FaultAsync(Said.Welcome, Said.Error("FATAL", state, "no"));
        Assert.Equal((code, $"no ({state})"), (fault.Code.Name, fault.Why));
        Assert.Contains(next, fault.Next, StringComparison.Ordinal);
        Assert.Equal(state, Assert.IsType<ServerRefusal>(fault.InnerException).SqlState);
    }

    [Theory]
    [InlineData("1MB", 1 << 20)]
    [InlineData("1024kB", 1 << 20)]
    [InlineData("64MB", 64 << 20)]
    [InlineData("1GB", 1 << 30)]
    [InlineData("3MB", null)]
    [InlineData("2GB", null)]
    [InlineData("9999999999999GB", null)]
    [InlineData("16", null)]
    [InlineData("", null)]
    public async Task Segments_have_a_size_that_there_is(string said, int? bytes)
    {
        await using var connection = await ReplicationConnection.StartAsync(Link(new ScriptedStream([.. Said.Welcome, .. Said.Rows(said)])), Token);
        if (bytes is { } size) Assert.Equal(size, (await connection.SegmentSizeAsync(Token)).Bytes);
        else await Assert.ThrowsAsync<Fault>(() => connection.SegmentSizeAsync(Token));
    }

    [Fact]
    public async Task After_a_refusal_another_command_can_follow()
    {
        await using var connection = await ReplicationConnection.StartAsync(Link(new ScriptedStream([.. Said.Welcome, .. Said.Error("ERROR", "42601", "no"), .. Said.Ready, .. Said.Rows("16MB")])), Token);
        await Assert.ThrowsAsync<Fault>(() => connection.ReadSlotAsync("slot", Token));
        Assert.Equal(WalSegmentSize.Default, await connection.SegmentSizeAsync(Token));
    }

    [Fact]
    public async Task A_server_that_lets_us_in_without_its_own_proof_is_not_believed()
    {
        var begins = Said.Of('R', [.. Said.Int32(10), .. Said.Text("SCRAM-SHA-256"), 0]);
        Assert.Contains("proof", (await FaultAsync(begins, Said.Welcome)).Why, StringComparison.Ordinal);
        // Nor may it ask for the password itself after all, or offer over a plain line what belongs to TLS.
        await FaultAsync(begins, Said.Of('R', Said.Int32(3)), Said.Welcome);
        Assert.Contains("without TLS", (await FaultAsync(Said.Of('R', [.. Said.Int32(10), .. Said.Text("SCRAM-SHA-256-PLUS"), .. Said.Text("SCRAM-SHA-256"), 0]))).Why, StringComparison.Ordinal);
    }
}
