using Tidemark.Dumps;

namespace Tidemark.Retention;

/// <summary>Reads the pins that lie beside dumps.</summary>
internal static class Pins
{
    /// <summary>Null when the listing showed none.</summary>
    public static async Task<PinMark?> OfAsync(DumpEntry entry, CancellationToken token) => entry.Marks.HasFlag(DumpMarks.Pin) ? await NowAsync(entry, token) : null;

    /// <summary>Null when there is none. One that cannot be read is a pin all the same: somebody wanted this dump kept.</summary>
    public static async Task<PinMark?> NowAsync(DumpEntry entry, CancellationToken token)
    {
        var (pin, finding) = await DumpDocument.ReadAsync(entry.Store, DumpName.PinOf(entry.Key), PinJson.Default.PinMark, token);
        return pin is not null || finding is null ? pin : Unreadable(entry, finding.Split('\n')[0]);
    }

    private static PinMark Unreadable(DumpEntry entry, string finding) => new() { Reason = "its pin cannot be read", By = "?", At = entry.Time, Finding = finding };
}
