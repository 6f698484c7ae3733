using System.Globalization;
using System.Text;
using Tidemark.Files;

namespace Tidemark.Dumps;

/// <summary>Reads the table of contents of a custom archive, with what <c>pg_restore --list</c> does not print: exact names and what needs what.</summary>
/// <remarks>src/bin/pg_dump/pg_backup_archiver.c, ReadHead and ReadToc; versions 1.14 (PostgreSQL 12), 1.15 (16) and 1.16 (17, 18).</remarks>
internal sealed class ArchiveContents
{
    private readonly BinaryReader reader;
    private int version, integerSize, offsetSize;

    private ArchiveContents(BinaryReader reader) => this.reader = reader;

    /// <summary>In the order of the archive.</summary>
    /// <exception cref="Fault">10: it cannot be read.</exception>
    public static IReadOnlyList<ArchiveEntry> Read(string path)
    {
        using var reader = new BinaryReader(new BufferedStream(RegularFile.OpenForReading(path), 64 * 1024));
        try
        {
            return new ArchiveContents(reader).Read();
        }
        catch (Exception damaged) when (damaged is InvalidDataException or EndOfStreamException or OverflowException or FormatException)
        {
            throw new Fault(FaultCode.Verification, "the archive's table of contents cannot be read", damaged) { Where = path, Why = damaged.Message, Next = "tidemark verify, then restore another backup; or restore it whole" };
        }
    }

    private List<ArchiveEntry> Read()
    {
        reader.ReadBytes("PGDMP".Length);
        version = (reader.ReadByte() << 8) | reader.ReadByte();
        reader.ReadByte();
        if (version is < 0x10e or > 0x110) throw new InvalidDataException($"it has the form {version >> 8}.{version & 255}; known are 1.14 to 1.16");
        (integerSize, offsetSize) = (reader.ReadByte(), reader.ReadByte());
        if (integerSize is < 4 or > 8 || offsetSize is < 4 or > 8) throw new InvalidDataException("its header makes no sense");
        reader.ReadByte();
        if (version >= 0x10f) reader.ReadByte();
        else Integer();
        // The time, in seven parts.
        for (var part = 0; part < 7; part++) Integer();
        // The database, the server's version, pg_dump's version.
        for (var text = 0; text < 3; text++) Text();

        var count = Integer();
        if (count < 0) throw new InvalidDataException($"it claims to have {count} entries");
        var entries = new List<ArchiveEntry>();
        for (var i = 0; i < count; i++) entries.Add(Entry());
        return entries.DistinctBy(entry => entry.Id).Count() == count ? entries : throw new InvalidDataException("two entries have one id");
    }

    private ArchiveEntry Entry()
    {
        var id = Integer();
        // Whether it has data; the catalogue's and its own OID.
        Integer();
        (_, _) = (Text(), Text());
        var (name, kind) = (Text() ?? "", Text() ?? "");
        Integer();
        var definition = Text() ?? "";
        // Its DROP and COPY statements.
        (_, _) = (Text(), Text());
        var schema = Text();
        // Tablespace and access method; since 1.16 the kind of relation.
        (_, _) = (Text(), Text());
        if (version >= 0x110) Integer();
        // The owner, and whether the table has OIDs.
        (_, _) = (Text(), Text());
        var needs = new List<int>();
        while (Text() is { } need) needs.Add(int.Parse(need, NumberStyles.None, CultureInfo.InvariantCulture));
        // Where its data lies, unless pg_dump could not seek back.
        Skip(1 + offsetSize);
        return new ArchiveEntry(id, kind, string.IsNullOrEmpty(schema) ? null : schema, name, needs, kind == "TABLE" && definition.Contains(" ATTACH PARTITION ", StringComparison.Ordinal));
    }

    /// <summary>A sign, then the bytes, the least first.</summary>
    private int Integer()
    {
        var negative = reader.ReadByte() != 0;
        long value = 0;
        for (var i = 0; i < integerSize; i++) value |= (long)reader.ReadByte() << (8 * i);
        return checked((int)(negative ? -value : value));
    }

    private string? Text()
    {
        var length = Integer();
        if (length < 0) return null;
        if (length > reader.BaseStream.Length - reader.BaseStream.Position) throw new EndOfStreamException("it stops in the middle");
        return Encoding.UTF8.GetString(reader.ReadBytes(length));
    }

    private void Skip(int count)
    {
        if (reader.ReadBytes(count).Length < count) throw new EndOfStreamException("it stops in the middle");
    }
}
