using Tidemark.Retention;

namespace Tidemark.Cli.Output;

internal static class PinText
{
    /// <summary>"until 2027-01-31 00:00Z: before the migration (ann@db1, 2026-11-22 10:00Z)".</summary>
    public static string Of(PinMark pin) => pin.Finding is { } finding ? $"yes, without an end: {pin.Reason} ({finding})"
        : $"{(pin.Until is { } until ? $"until {until.UtcDateTime:yyyy-MM-dd HH:mm}Z" : "without an end")}: {pin.Reason} ({pin.By}, {pin.At.UtcDateTime:yyyy-MM-dd HH:mm}Z)";

    public static void TellPinned(Terminal terminal, string id, string file, PinMark pin)
    {
        terminal.Say($"pinned {id} ({file})");
        terminal.Say($"  pinned          {Of(pin)}");
        terminal.Say($"  take it off     tidemark unpin {id}");
    }

    public static void TellUnpinned(Terminal terminal, string id, string file, PinMark pin)
    {
        terminal.Say($"no longer pinned: {id} ({file})");
        terminal.Say($"  was pinned      {Of(pin)}");
        terminal.Say("  see what goes   tidemark prune --dry-run");
    }
}
