using System.Globalization;
using System.Text;
using Tidemark.Postgres.Wal;

namespace Tidemark.Postgres.Replication;

/// <summary>One row of the answer to a command, its values as the server sent them; null is SQL's.</summary>
internal sealed class ResultRow(IReadOnlyList<byte[]?> values)
{
    public IReadOnlyList<byte[]?> Values { get; } = values;

    public static ResultRow Read(MessageFields fields)
    {
        var count = fields.Int16();
        // Each value has at least its length.
        if (count < 0 || count * 4 > fields.Rest.Length) throw ProtocolFault.Of("a row is shorter than the number of its values");
        var values = new byte[]?[count];
        for (var at = 0; at < count; at++)
        {
            var length = fields.Int32();
            values[at] = length == -1 ? null : fields.Take(length).ToArray();
        }
        return new ResultRow(values);
    }

    public byte[]? Bytes(int at) => at < Values.Count ? Values[at] : throw ProtocolFault.Of($"a row has {Values.Count} values, and number {at + 1} is wanted");

    public string? TextOrNull(int at) => Bytes(at) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;

    public string Text(int at) => TextOrNull(at) ?? throw ProtocolFault.Of($"value {at + 1} of a row is null");

    public Lsn Lsn(int at) => Wal.Lsn.TryParse(Text(at), out var lsn) ? lsn : throw ProtocolFault.Of($"'{Text(at)}' is no LSN");

    public TimelineId Timeline(int at) =>
        uint.TryParse(Text(at), NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value > 0 ? new TimelineId(value) : throw ProtocolFault.Of($"'{Text(at)}' is no timeline");
}
