using CsCheck;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Dumps;

public sealed class ArchiveContentsTests
{
    [Theory]
    [InlineData("13")]
    [InlineData("15")]
    [InlineData("18")]
    public void Every_line_of_pg_restore_list_is_read_with_its_id_kind_schema_and_name(string major)
    {
        var listed = File.ReadLines(Sample($"{major}.part.list")).Where(line => line.Length > 0 && line[0] != ';').ToList();
        var read = Kept.Contents(Sample($"{major}.part.dump")).ToDictionary(entry => entry.Id);
        Assert.NotEmpty(listed);
        Assert.All(listed, line =>
        {
            var entry = read[int.Parse(line[..line.IndexOf(';', StringComparison.Ordinal)], System.Globalization.CultureInfo.InvariantCulture)];
            Assert.Contains($" {entry.Kind} {entry.Schema ?? "-"} {entry.Name} ", line, StringComparison.Ordinal);
        });
        // Session settings and the database itself are not listed.
        Assert.Equal(listed.Count, read.Values.Count(entry => entry.Kind is not ("ENCODING" or "STDSTRINGS" or "SEARCHPATH" or "DATABASE")));
    }

    [Fact]
    public void Only_old_tables_attach_themselves_as_partitions()
    {
        string[] Attached(string major) => [.. Kept.Contents(Sample($"{major}.part.dump")).Where(entry => entry.AttachesPartition).Select(entry => entry.Shown)];
        Assert.Equal(["sales.parts_1", "sales.parts_2"], Attached("13"));
        Assert.Empty(Attached("18"));
    }

    [Theory]
    [InlineData("13")]
    [InlineData("18")]
    public void A_cut_or_damaged_archive_is_a_finding_and_never_another_failure(string major)
    {
        var whole = File.ReadAllBytes(Sample($"{major}.part.dump"));
        using var folder = new TempFolder();
        var path = Path.Combine(folder.Path, "damaged.dump");
        var damage = Gen.Select(Gen.Int[6, whole.Length - 1], Gen.Int[0, whole.Length - 1], Gen.Byte);
        damage.Sample((cut, place, value) =>
        {
            var bytes = whole[..cut];
            if (place < cut && place > 4) bytes[place] = value;
            File.WriteAllBytes(path, bytes);
            return Record.Exception(() => Kept.Contents(path)) is null or Fault { Code.ExitCode: 10 };
        }, iter: 2000, threads: 1);
    }

    internal static string Sample(string name) => Path.Combine(AppContext.BaseDirectory, "Restores", "samples", name);
}
