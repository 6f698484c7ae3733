using Tidemark.Dumps;
using Tidemark.Retention;

namespace Tidemark.Cli.Output;

/// <summary>A pin as every command shows it; <paramref name="Until"/> is null where it holds until somebody takes it off.</summary>
internal sealed record PinDocument(string Reason, string By, DateTimeOffset At, DateTimeOffset? Until)
{
    public static PinDocument Of(PinMark pin) => new(pin.Reason, pin.By, pin.At, pin.Until);
}

/// <summary>What <c>pin</c> (action pinned) and <c>unpin</c> (action unpinned) did.</summary>
internal sealed record PinnedDocument(string Action, string BackupId, string File, PinDocument Pin)
{
    public static PinnedDocument Of(string action, DumpEntry entry, PinMark pin) => new(action, entry.Id, entry.Key, PinDocument.Of(pin));
}
