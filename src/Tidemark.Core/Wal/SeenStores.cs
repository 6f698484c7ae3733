using System.Text;
using Tidemark.Files;

namespace Tidemark.Wal;

/// <summary>Which stores have shown a cluster's WAL to this machine. One that shows none of it later is another one: a folder that is not mounted, a bucket that was emptied.</summary>
/// <param name="state">The state folder.</param>
/// <param name="remark">Told when that cannot be noted.</param>
internal sealed class SeenStores(string state, Action<string> remark)
{
    /// <summary>The file that says so; null: it was never seen there.</summary>
    public string? NoteOf(string address, ulong systemIdentifier) => PathOf(address, systemIdentifier) is var path && FileFacts.IsThere(path) ? path : null;

    public void Add(string address, ulong systemIdentifier)
    {
        if (NoteOf(address, systemIdentifier) is not null) return;
        try
        {
            DurableFile.WriteWhole(PathOf(address, systemIdentifier), Encoding.UTF8.GetBytes(address + "\n"), replace: true);
        }
        catch (Fault closed)
        {
            // The WAL is stored; only the guard against a store that is not mounted is missing.
            remark($"warning: {closed.InOneLine}; if {address} is not mounted one day, that will not be noticed");
        }
    }

    private string PathOf(string address, ulong systemIdentifier) => Path.Combine(state, "wal", "stores", $"{systemIdentifier}", RawSegment.HashOf(Encoding.UTF8.GetBytes(address))[..16]);
}
