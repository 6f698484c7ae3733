using Tidemark.Repositories;
using Tidemark.Storage;

namespace Tidemark.Wal.Receiving;

/// <summary>Removes pieces of tails that nothing needs any more. A store that lets nothing be removed is told once, and holds up nothing.</summary>
internal sealed class PieceSweep(IObjectStore store, IncarnationFolder folder, Action<string> remark)
{
    /// <summary>More are forgotten, and stay: they harm nobody.</summary>
    private const int Most = 10_000;

    private readonly Queue<TailPiece> due = [];
    private bool told;

    public void Add(TailPiece piece)
    {
        if (due.Count < Most) due.Enqueue(piece);
    }

    /// <summary>Until one cannot be removed; it and the rest are tried again later.</summary>
    public async Task TryAsync(CancellationToken token)
    {
        while (due.TryPeek(out var piece))
        {
            try
            {
                await store.DeleteAsync(piece.KeyIn(folder), token);
                told = false;
            }
            catch (Fault refused)
            {
                if (!told) remark($"pieces of segments that are whole in {store.Address} by now cannot be removed, and stay: {refused.InOneLine}");
                told = true;
                // The next time begins with another one.
                due.Enqueue(due.Dequeue());
                return;
            }
            due.Dequeue();
        }
    }
}
