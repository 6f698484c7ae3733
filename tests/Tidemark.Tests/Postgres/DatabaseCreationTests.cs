using System.Text;
using CsCheck;
using Tidemark.Postgres;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Postgres;

public sealed class DatabaseCreationTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void A_generated_name_fits_is_free_and_tells_where_it_comes_from()
    {
        // Names that are taken by what earlier restores of the same second made.
        Gen.Select(Names.Any, Gen.OneOf("restored", "before", "undone"), Gen.Int[0, 12]).Sample((database, word, earlier) =>
        {
            var taken = new HashSet<string> { database };
            for (var i = 0; i <= earlier; i++)
            {
                var name = DatabaseCreation.FreeName(database, word, Now, taken);
                var stem = name[..name.LastIndexOf($"_{word}_20260102030405", StringComparison.Ordinal)];
                var whole = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(name)) == name;
                if (!whole || Encoding.UTF8.GetByteCount(name) > 63 || !database.StartsWith(stem, StringComparison.Ordinal) || !taken.Add(name)) return false;
            }
            return true;
        });
    }

    [Fact]
    public void A_name_is_cut_no_more_than_it_must_be() => Names.Any.Sample(database =>
    {
        var name = DatabaseCreation.DerivedName(database, "_x");
        var rest = database[(name.Length - 2)..];
        return rest.Length == 0 || Encoding.UTF8.GetByteCount(name) + Rune.GetRuneAt(rest, 0).Utf8SequenceLength > 63;
    });
}
