using Tidemark.Dumps;
using Tidemark.Hosting;
using Tidemark.Retention;

namespace Tidemark.Cli.Output;

/// <summary>What <c>pin</c> (action pinned) and <c>unpin</c> (action unpinned) did.</summary>
internal sealed record PinnedDocument(string Action, string BackupId, string File, PinDocument Pin)
{
    public static PinnedDocument Of(string action, DumpEntry entry, PinMark pin) => new(action, entry.Id, entry.Key, PinDocument.Of(pin));
}
