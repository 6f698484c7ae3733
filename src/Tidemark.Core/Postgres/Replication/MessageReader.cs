using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Tidemark.Postgres.Replication;

/// <summary>Cuts what a server sends into messages. One buffer is used over and over: a message is valid until the next is read.</summary>
/// <remarks>A length is believed up to a bound only, and memory is taken only within it.</remarks>
/// <param name="stream">Where messages come from.</param>
/// <param name="socket">What is under it, to wait at; null: it is none.</param>
internal sealed class MessageReader(Stream stream, Socket? socket)
{
    /// <summary>Until the server let us in, only short messages make sense (libpq draws the same line at 30,000).</summary>
    public const int LongestOfStrangers = 30_000;

    /// <summary>A walsender sends 16 pages of WAL a message, which with the largest pages of 64 KiB is 1 MiB; a file of timelines comes in one message.</summary>
    public const int Longest = 2 << 20;

    private const int Header = 5, Size = 256 << 10;

    // Less room than this is no good reason to ask the kernel.
    private const int Room = 64 << 10;

    // A piece of TLS is at most 16 KiB long.
    private const int Much = 8 << 10;

    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    private byte[] buffer = GC.AllocateUninitializedArray<byte>(Size, pinned: true);
    private int start, end, lastRead;

    /// <summary>Bytes that a message may have after its length.</summary>
    public int Limit { get; set; } = LongestOfStrangers;

    /// <summary>Whether more has come than was read.</summary>
    public bool HoldsMore => end > start;

    /// <exception cref="EndOfStreamException">The other side has closed, or in the middle of a message.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ServerMessage> ReadAsync(CancellationToken token)
    {
        ServerMessage message;
        int missing;
        while (!TryTake(out message, out missing))
        {
            MakeRoom(missing);
            // In the flow the next piece is microseconds away, and to be woken up for each would cost more than the piece itself.
            if (lastRead >= Much && socket is not null) socket.Poll(Moment, SelectMode.SelectRead);
            var count = lastRead = await stream.ReadAsync(buffer.AsMemory(end), token);
            if (count == 0) throw new EndOfStreamException(HoldsMore ? "the server closed the connection in the middle of a message" : "the server closed the connection");
            end += count;
        }
        return message;
    }

    /// <param name="message">The next one, if all of it is there.</param>
    /// <param name="missing">Else the bytes that are to come at the least.</param>
    private bool TryTake(out ServerMessage message, out int missing)
    {
        message = default;
        var there = end - start;
        missing = Header - there;
        if (there < Header) return false;
        var length = BinaryPrimitives.ReadInt32BigEndian(buffer.AsSpan(start + 1));
        if (length < 4 || length - 4 > Limit) throw ProtocolFault.Of($"a message says that it is {length} bytes long; 4 to {Limit + 4} are possible");
        missing = length + 1 - there;
        if (missing > 0) return false;
        message = new ServerMessage(buffer[start], buffer.AsMemory(start + Header, length - 4));
        start += length + 1;
        return true;
    }

    private void MakeRoom(int missing)
    {
        if (start == end) start = end = 0;
        if (buffer.Length - end >= Math.Max(missing, start == 0 ? 1 : Room)) return;
        var there = end - start;
        var target = there + missing <= buffer.Length ? buffer : GC.AllocateUninitializedArray<byte>(there + missing, pinned: true);
        buffer.AsSpan(start, there).CopyTo(target);
        (buffer, start, end) = (target, 0, there);
    }
}
