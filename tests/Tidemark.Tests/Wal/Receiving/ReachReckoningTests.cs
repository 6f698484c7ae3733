using Tidemark.Postgres.Replication;
using Tidemark.Postgres.Wal;
using Tidemark.Wal;
using Tidemark.Wal.Receiving;

namespace Tidemark.Tests.Wal.Receiving;

public sealed class ReachReckoningTests
{
    private readonly ReachReckoning reckoning = new(TimelineId.First, isWhole: true);

    [Fact]
    public void Bytes_that_reach_the_end_prove_the_moment_of_the_message_before_and_others_nothing()
    {
        Assert.Null(Bytes(at: 1, position: 100, serverEnd: 100));
        Assert.Null(Bytes(at: 2, position: 200, serverEnd: 900));
        Assert.Equal(Second(2), Bytes(at: 3, position: 900, serverEnd: 900));
    }

    /// <summary>A keepalive says how far the server has sent, not how far its log goes: on a slow line that is always all of it.</summary>
    [Fact]
    public void The_answer_to_a_question_proves_nothing_of_its_own_moment()
    {
        Bytes(at: 1, position: 100, serverEnd: 900);
        Bytes(at: 2, position: 200, serverEnd: 900);
        Assert.Null(Keepalive(at: 3, position: 200));
    }

    [Fact]
    public void On_an_idle_line_an_answer_proves_the_moment_of_the_message_after_which_it_was_asked_for()
    {
        reckoning.Asking();
        // Asked before anything came.
        Assert.Null(Keepalive(at: 1, position: 100));
        reckoning.Asking();
        Assert.Equal(Second(1), Keepalive(at: 2, position: 100));
        // Unasked, and so perhaps sent before there was a chance to send more.
        Assert.Null(Keepalive(at: 3, position: 100));
        reckoning.Asking();
        Assert.Null(Keepalive(at: 4, position: 100, asks: true));
        reckoning.Asking();
        Assert.Null(Bytes(at: 5, position: 200, serverEnd: 900));
        Assert.Null(Keepalive(at: 6, position: 200));
    }

    [Fact]
    public void A_standby_and_a_timeline_that_was_left_prove_nothing()
    {
        var partial = new ReachReckoning(TimelineId.First, isWhole: false);
        for (var at = 1; at < 4; at++) Assert.Null(partial.Heard(Message(WalMessageKind.Bytes, at, 100), new Lsn(100)));
    }

    private static int? SecondOf(WalReach? reach) => reach is null ? null : (int)(reach.At - DateTimeOffset.UnixEpoch).TotalSeconds;

    private static int? Second(int at) => at;

    private int? Bytes(int at, ulong position, ulong serverEnd) => SecondOf(reckoning.Heard(Message(WalMessageKind.Bytes, at, serverEnd), new Lsn(position)));

    private int? Keepalive(int at, ulong position, bool asks = false) => SecondOf(reckoning.Heard(Message(WalMessageKind.Keepalive, at, position) with { ReplyRequested = asks }, new Lsn(position)));

    private static WalMessage Message(WalMessageKind kind, int at, ulong serverEnd) => new(kind, Lsn.None, new Lsn(serverEnd), DateTimeOffset.UnixEpoch.AddSeconds(at), default, false);
}
