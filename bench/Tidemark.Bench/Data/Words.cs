using System.Text;

namespace Tidemark.Bench.Data;

/// <summary>A made-up language of four thousand words, some of which are said often.</summary>
internal static class Words
{
    private static readonly string[] Syllables = ["ba", "con", "der", "el", "fa", "gri", "ho", "in", "jo", "ka", "lum", "mer", "no", "or", "pra", "que", "ro", "sta", "tri", "un", "ver", "wa", "xi", "yo", "zen"];
    private static readonly string[] Stock = Make();

    public static string One(Chance chance) => Stock[chance.Skewed(Stock.Length)];

    public static StringBuilder Say(this StringBuilder text, Chance chance, int words)
    {
        for (var i = 0; i < words; i++)
        {
            if (i > 0) text.Append(chance.Below(12) == 0 ? ", " : " ");
            text.Append(One(chance));
        }
        return text;
    }

    private static string[] Make()
    {
        var chance = new Chance(7);
        return [.. Enumerable.Range(0, 4000).Select(_ => string.Concat(Enumerable.Range(0, 1 + (int)chance.Below(4)).Select(_ => chance.Of(Syllables))))];
    }
}
