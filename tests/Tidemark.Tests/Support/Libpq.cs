using System.Runtime.InteropServices;

namespace Tidemark.Tests.Support;

/// <summary>PostgreSQL's own reading of connection strings (PQconninfoParse), as a second opinion.</summary>
internal static partial class Libpq
{
    [StructLayout(LayoutKind.Sequential)]
    private struct Option
    {
        public nint Keyword, Variable, Compiled, Value, Label, DisplayCharacter;
        public int DisplaySize;
    }

    public static bool IsHere { get; } = NativeLibrary.TryLoad("libpq.so.5", out _);

    [LibraryImport("libpq.so.5", EntryPoint = "PQconninfoParse", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint ConninfoParse(string text, out nint error);

    /// <summary>The keywords that are set, or null when libpq refuses the text.</summary>
    public static unsafe SortedDictionary<string, string>? Parse(string text)
    {
        var options = (Option*)ConninfoParse(text, out _);
        if (options is null)
            return null;
        SortedDictionary<string, string> keywords = new(StringComparer.Ordinal);
        for (var option = options; option->Keyword != 0; option++)
        {
            if (option->Value != 0)
                keywords[Marshal.PtrToStringUTF8(option->Keyword)!] = Marshal.PtrToStringUTF8(option->Value)!;
        }

        return keywords;
    }
}
