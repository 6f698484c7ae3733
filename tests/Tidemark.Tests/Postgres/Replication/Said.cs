using System.Buffers.Binary;
using System.Text;

namespace Tidemark.Tests.Postgres.Replication;

/// <summary>What servers say, by the page "Message Formats" of PostgreSQL.</summary>
internal static class Said
{
    public static byte[] Of(char kind, params byte[] body) => [(byte)kind, .. Int32(body.Length + 4), .. body];

    public static byte[] Int16(int value) => [(byte)(value >> 8), (byte)value];

    public static byte[] Int32(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    public static byte[] Int64(long value) => [.. Int32((int)(value >> 32)), .. Int32((int)value)];

    public static byte[] Text(string text) => [.. Encoding.UTF8.GetBytes(text), 0];

    public static byte[] Ok { get; } = Of('R', Int32(0));

    public static byte[] Ready { get; } = Of('Z', (byte)'I');

    public static byte[] Parameter(string name, string value) => Of('S', [.. Text(name), .. Text(value)]);

    public static byte[] Row(params string?[] values) => Of('D', [.. Int16(values.Length), .. values.SelectMany(value =>
        value is null ? Int32(-1) : [.. Int32(Encoding.UTF8.GetByteCount(value)), .. Encoding.UTF8.GetBytes(value)])]);

    public static byte[] Rows(params string?[] values) => [.. Of('T', Int16(0)), .. Row(values), .. Of('C', Text("SELECT 1")), .. Ready];

    public static byte[] Error(string severity, string state, string message) => Of('E', [(byte)'S', .. Text(severity), (byte)'V', .. Text(severity), (byte)'C', .. Text(state), (byte)'M', .. Text(message), 0]);

    public static byte[] CopyBoth { get; } = Of('W', 0, 0, 0);

    public static byte[] Wal(long start, params byte[] bytes) => Of('d', [(byte)'w', .. Int64(start), .. Int64(start + bytes.Length), .. Int64(0), .. bytes]);

    public static byte[] Keepalive(long end, bool reply) => Of('d', [(byte)'k', .. Int64(end), .. Int64(0), reply ? (byte)1 : (byte)0]);

    /// <summary>A server that trusts everybody.</summary>
    public static byte[] Welcome { get; } =
        [.. Ok, .. Parameter("server_version", "17.4"), .. Parameter("in_hot_standby", "off"), .. Of('K', [.. Int32(4711), .. Int32(42)]), .. Ready];
}
