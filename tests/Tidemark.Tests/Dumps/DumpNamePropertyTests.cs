using CsCheck;
using Tidemark.Dumps;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Dumps;

public sealed class DumpNamePropertyTests
{
    private const string Root = "/srv/backups";
    private static readonly string Hash = new('a', 64);
    private static readonly Gen<DateTimeOffset> Moments = Gen.Long[0, 4_000_000_000].Select(DateTimeOffset.FromUnixTimeSeconds);

    [Fact]
    public void Whatever_a_database_is_called_its_dumps_lie_in_the_folder_under_plain_names() => Gen.Select(Names.Any, Moments).Sample((database, moment) =>
    {
        string[] keys = [DumpName.Dated(database, moment), DumpName.Flat("label", database, Hash)];
        return keys.All(key => Path.GetFullPath(Path.Combine(Root, key)) == $"{Root}/{key}" && key.All(c => char.IsAsciiLetterOrDigit(c) || "/_-.%~".Contains(c))
            && key.Split('/').All(part => part.Length is > 0 and <= 255 && part[0] is not ('-' or '.')));
    });

    [Fact]
    public void Two_databases_never_share_a_name_and_a_short_one_can_be_read_back() => Gen.Select(Names.Any, Names.Any).Sample((one, other) =>
    {
        var name = DumpName.FileSafe(one);
        return name.Length <= 90 && (name == DumpName.FileSafe(other)) == (one == other) && (name.Contains('~') || Uri.UnescapeDataString(name) == one);
    });

    [Fact]
    public void A_label_is_taken_or_refused_and_one_that_is_taken_leads_nowhere_else() => Gen.OneOf(Names.Any, Gen.String[Gen.Char["abcXYZ019._-+@"], 1, 101]).Sample(label =>
    {
        if (Record.Exception(() => DumpName.CheckedLabel(label)) is { } refused) return refused is Fault { Code.ExitCode: 2 };
        var key = DumpName.Flat(label, null, Hash);
        return Path.GetFullPath(Path.Combine(Root, key)) == $"{Root}/{key}" && !key.Contains('/') && key[0] is not ('-' or '.') && key.Length <= 255;
    });

    [Fact]
    public void Numbers_make_different_names_with_different_ids_that_keep_their_ending() => Gen.Select(Names.Any, Moments, Gen.Int[1, 50], Gen.Int[1, 50]).Sample((database, moment, one, other) =>
    {
        string[] keys = [DumpName.Dated(database, moment), DumpName.Flat("label", database, Hash)];
        return keys.All(key => (DumpName.Numbered(key, one) == DumpName.Numbered(key, other)) == (one == other)
            && (DumpName.Id(DumpName.Numbered(key, one)) == DumpName.Id(DumpName.Numbered(key, other))) == (one == other)
            && DumpName.Numbered(key, one).EndsWith(key.EndsWith(".dump", StringComparison.Ordinal) ? ".dump" : $".{Hash}.sql.gz", StringComparison.Ordinal));
    });
}
