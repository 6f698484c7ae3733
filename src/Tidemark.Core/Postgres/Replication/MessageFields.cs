using System.Buffers.Binary;
using System.Text;

namespace Tidemark.Postgres.Replication;

/// <summary>Reads the fields of a message one after the other. What is not there is a fault, never a read past the end.</summary>
internal ref struct MessageFields(ReadOnlySpan<byte> body)
{
    public ReadOnlySpan<byte> Rest { get; private set; } = body;

    public byte Byte() => Take(1)[0];

    public short Int16() => BinaryPrimitives.ReadInt16BigEndian(Take(2));

    public int Int32() => BinaryPrimitives.ReadInt32BigEndian(Take(4));

    public long Int64() => BinaryPrimitives.ReadInt64BigEndian(Take(8));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64BigEndian(Take(8));

    public ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > Rest.Length) throw ProtocolFault.Of("a message ends before its fields do");
        var taken = Rest[..count];
        Rest = Rest[count..];
        return taken;
    }

    /// <summary>Up to the next zero byte. Servers need not speak UTF-8 before a database is chosen: what is none becomes U+FFFD.</summary>
    public string Text()
    {
        var end = Rest.IndexOf((byte)0);
        if (end < 0) throw ProtocolFault.Of("a text in a message has no end");
        var text = Encoding.UTF8.GetString(Rest[..end]);
        Rest = Rest[(end + 1)..];
        return text;
    }
}
