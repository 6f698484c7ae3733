using Tidemark.Files;

namespace Tidemark.Wal;

/// <summary>Tells one content of a file from the next without reading it.</summary>
internal readonly record struct FileMark(ulong Device, ulong Number, long Length, DateTimeOffset Written)
{
    /// <summary>Null: it is not there.</summary>
    public static FileMark? Of(string path) => FileFacts.Find(path) is { IsRegular: true } facts ? new FileMark(facts.Device, facts.Number, new FileInfo(path).Length, facts.Written) : null;

    public override string ToString() => $"{Device}:{Number}:{Length}:{Written.UtcTicks}";
}
