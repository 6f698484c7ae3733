using System.Text;
using CsCheck;

namespace Tidemark.Tests.Support;

/// <summary>Names as PostgreSQL lets them be: 1 to 63 bytes of UTF-8 without NUL, the nasty ones among them.</summary>
internal static class Names
{
    private static readonly string[] Pieces = ["a", "Z", "0", "_", "-", ".", "..", "/", "\\", "%", "%2F", "~", "'", "\"", " ", "\n", "$", "ü", "€", "😀", "restored", "before"];

    public static readonly Gen<string> Any = Gen.OneOf(Pieces).List[1, 64].Select(string.Concat).Select(Cut);

    private static string Cut(string name)
    {
        var cut = new StringBuilder();
        foreach (var rune in name.EnumerateRunes())
        {
            if (Encoding.UTF8.GetByteCount(cut.ToString()) + rune.Utf8SequenceLength > 63) break;
            cut.Append(rune);
        }
        return cut.ToString();
    }
}
