using System.Globalization;
using System.Text;

namespace Tidemark.Dumps;

/// <summary>The table of contents of a custom archive, with what <c>pg_restore --list</c> does not print: exact names, what needs what, and roles.</summary>
/// <remarks>src/bin/pg_dump/pg_backup_archiver.c, ReadToc.</remarks>
internal sealed class ArchiveContents
{
    private readonly ArchiveFields fields;
    private readonly ArchiveRoles? roles;

    private ArchiveContents(ArchiveFields fields, ArchiveRoles? roles) => (this.fields, this.roles) = (fields, roles);

    /// <summary>In the order of the archive.</summary>
    /// <param name="dump">The archive.</param>
    /// <param name="roles">Told of every role that it names.</param>
    /// <param name="token">Cancels.</param>
    /// <exception cref="Fault">10: it cannot be read.</exception>
    public static async Task<IReadOnlyList<ArchiveEntry>> ReadAsync(OpenDump dump, ArchiveRoles? roles, CancellationToken token)
    {
        await using var reading = await dump.FromStartAsync(token);
        // Not closed: it is the reading's.
        var archive = new BufferedStream(reading.Plain, 64 * 1024);
        try
        {
            return await Task.Run(new ArchiveContents(new ArchiveFields(archive), roles).Read, token);
        }
        catch (Exception damaged) when (damaged is InvalidDataException or EndOfStreamException or OverflowException or FormatException)
        {
            throw new Fault(FaultCode.Verification, "the archive's table of contents cannot be read", damaged) { Where = dump.Entry.Path, Why = damaged.Message, Next = "tidemark verify, then restore another backup; or restore it whole" };
        }
    }

    /// <summary>Copies everything before the first row, with roles renamed. What follows in the archive stays as it is: no length or offset in it counts on what stands before.</summary>
    public static void Copy(Stream archive, Stream to, ArchiveRoles roles) => new ArchiveContents(new ArchiveFields(archive, to), roles).Read();

    private List<ArchiveEntry> Read()
    {
        var count = fields.Begin();
        var entries = new List<ArchiveEntry>();
        for (var i = 0; i < count; i++) entries.Add(Entry());
        return entries.DistinctBy(entry => entry.Id).Count() == count ? entries : throw new InvalidDataException("two entries have one id");
    }

    private ArchiveEntry Entry()
    {
        var id = fields.Integer();
        // Whether it has data; the catalogue's and its own OID.
        fields.Integer();
        (_, _) = (fields.Text(), fields.Text());
        var (name, kind) = (Text() ?? "", Text() ?? "");
        fields.Integer();
        var definition = Sql(kind, name);
        // Its DROP and COPY statements.
        (_, _) = (Sql(kind, name), fields.Text());
        var schema = Text();
        // Tablespace and access method; since 1.16 the kind of relation.
        (_, _) = (fields.Text(), fields.Text());
        if (fields.Version >= 0x110) fields.Integer();
        // The owner, and whether the table has OIDs.
        (_, _) = (fields.Text(roles is null ? null : roles.Owner), fields.Text());
        var needs = new List<int>();
        while (Text() is { } need) needs.Add(int.Parse(need, NumberStyles.None, CultureInfo.InvariantCulture));
        fields.Offset();
        return new ArchiveEntry(id, kind, string.IsNullOrEmpty(schema) ? null : schema, name, needs, kind == "TABLE" && definition.AsSpan().IndexOf(" ATTACH PARTITION "u8) >= 0);
    }

    private string? Text() => fields.Text() is { } text ? Encoding.UTF8.GetString(text) : null;

    private byte[]? Sql(string kind, string name) => fields.Text(roles is null ? null : sql => roles.Sql(kind, name, sql));
}
