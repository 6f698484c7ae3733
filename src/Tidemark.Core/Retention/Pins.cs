using Tidemark.Dumps;
using Tidemark.Files;

namespace Tidemark.Retention;

/// <summary>Reads the pins that lie beside dumps.</summary>
internal static class Pins
{
    public static string MarkOf(string path) => path + ".pin.json";

    /// <summary>Null when there is none. One that cannot be read is a pin all the same: somebody wanted this dump kept.</summary>
    public static PinMark? Of(DumpEntry entry)
    {
        var path = MarkOf(entry.Path);
        if (!FileFacts.IsThere(path)) return null;
        var (pin, finding) = DumpDocument.Read(path, PinJson.Default.PinMark);
        return pin ?? Unreadable(path, finding!.Split('\n')[0]);
    }

    private static PinMark Unreadable(string path, string finding) =>
        new() { Reason = "its pin cannot be read", By = "?", At = FileFacts.Of(path, ofLink: true)?.Written ?? DateTimeOffset.UnixEpoch, Finding = finding };
}
