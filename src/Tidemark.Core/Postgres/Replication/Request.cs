using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Tidemark.Postgres.Replication;

/// <summary>The messages that we send, ready for the wire.</summary>
internal static class Request
{
    private const int Protocol = 3 << 16, CancelCode = 80877102, TlsCode = 80877103;

    public static readonly ReadOnlyMemory<byte> Tls = Bare([8, TlsCode]);

    public static readonly ReadOnlyMemory<byte> CopyDone = Of(MessageKind.CopyDone, []);

    public static readonly ReadOnlyMemory<byte> Terminate = Of(MessageKind.Terminate, []);

    public static ReadOnlyMemory<byte> Startup(IEnumerable<KeyValuePair<string, string>> parameters)
    {
        var body = new ArrayBufferWriter<byte>();
        BinaryPrimitives.WriteInt32BigEndian(body.GetSpan(4), Protocol);
        body.Advance(4);
        foreach (var (name, value) in parameters)
        {
            Text(body, name);
            Text(body, value);
        }
        body.Write("\0"u8);
        return (byte[])[.. Bare([body.WrittenCount + 4]).Span, .. body.WrittenSpan];
    }

    public static ReadOnlyMemory<byte> Cancel(ReadOnlySpan<byte> keyData) => (byte[])[.. Bare([8 + keyData.Length, CancelCode]).Span, .. keyData];

    public static ReadOnlyMemory<byte> Query(string command) => Of(MessageKind.Query, ZeroEnded(command));

    public static ReadOnlyMemory<byte> Password(string password) => Of(MessageKind.Password, ZeroEnded(password));

    public static ReadOnlyMemory<byte> CopyFail(string why) => Of(MessageKind.CopyFail, ZeroEnded(why));

    public static ReadOnlyMemory<byte> SaslFirst(string mechanism, string message)
    {
        var data = Encoding.UTF8.GetBytes(message);
        return Of(MessageKind.Password, [.. ZeroEnded(mechanism), .. Bare([data.Length]).Span, .. data]);
    }

    public static ReadOnlyMemory<byte> SaslNext(string message) => Of(MessageKind.Password, Encoding.UTF8.GetBytes(message));

    /// <summary>What stands before the bytes of a message with so long a body.</summary>
    public static void Header(Span<byte> target, byte kind, int length)
    {
        target[0] = kind;
        BinaryPrimitives.WriteInt32BigEndian(target[1..], length + 4);
    }

    private static byte[] Of(byte kind, ReadOnlySpan<byte> body)
    {
        var whole = new byte[5 + body.Length];
        Header(whole, kind, body.Length);
        body.CopyTo(whole.AsSpan(5));
        return whole;
    }

    private static ReadOnlyMemory<byte> Bare(ReadOnlySpan<int> numbers)
    {
        var whole = new byte[4 * numbers.Length];
        for (var at = 0; at < numbers.Length; at++) BinaryPrimitives.WriteInt32BigEndian(whole.AsSpan(4 * at), numbers[at]);
        return whole;
    }

    private static void Text(ArrayBufferWriter<byte> body, string text) => body.Write(ZeroEnded(text));

    private static byte[] ZeroEnded(string text) => [.. Encoding.UTF8.GetBytes(text), 0];
}
