using Tidemark.Postgres.Data;
using Tidemark.Postgres.Wal;

namespace Tidemark.BaseBackups;

/// <summary>Looks at the pages that a backup reads, of a cluster with checksums. A page that the server is writing looks damaged too: it is read again before anything is blamed.</summary>
/// <remarks>
/// 1. Good when it is read again: the good one is taken. 2. Changed each time, and written since the backup began: it is being written, and
/// replay writes it anew from the WAL, whole. 3. The same bytes again, and again after a while: it is bad, whatever place in the WAL its
/// header names. The server trusts that place alone (basebackup.c); in a damaged header it may say anything.
/// </remarks>
/// <param name="files">Read from again; the worker's own.</param>
/// <param name="pageBytes">Of the cluster.</param>
/// <param name="segmentPages">Pages in each file of a large relation.</param>
/// <param name="start">Where the backup began.</param>
/// <param name="time">For the while.</param>
internal sealed class PageVerifier(IClusterFiles files, int pageBytes, int segmentPages, Lsn start, TimeProvider time)
{
    private const int Tries = 5, KeptPages = 1000, WaitedFor = 16;

    /// <summary>Longer than a write of one page takes, even of a process that was put to sleep in the middle of it.</summary>
    private static readonly TimeSpan While = TimeSpan.FromMilliseconds(100);

    private readonly List<BadPage> _bad = [];

    /// <summary>The first thousand; <see cref="BadCount"/> has them all.</summary>
    public IReadOnlyList<BadPage> Bad => _bad;

    public long BadCount { get; private set; }

    /// <summary>Pages that were looked at.</summary>
    public long Pages { get; private set; }

    /// <summary>Pages that were being written, and then read again.</summary>
    public long Torn { get; private set; }

    /// <summary>Looks at a piece of a file, and puts pages that were good when they were read again in the place of those that were not.</summary>
    /// <param name="path">From the data folder; nothing is done where it is no relation's.</param>
    /// <param name="offset">Of the piece in the file: at the start of a page.</param>
    /// <param name="piece">Half a page at its end, as a file may have, is not judged.</param>
    /// <param name="token">Ends it.</param>
    public async Task CheckAsync(string path, long offset, Memory<byte> piece, CancellationToken token)
    {
        if (RelationFile.Parse(path) is not { } relation) return;
        var first = relation.FirstBlock(segmentPages) + checked((uint)(offset / pageBytes));
        var pages = piece.Length / pageBytes;
        Pages += pages;
        for (var page = 0; page < pages; page++)
        {
            var bytes = piece.Slice(page * pageBytes, pageBytes);
            if (PageVerdict.Of(bytes.Span, first + (uint)page).IsDamaged) await AgainAsync(path, offset + (page * pageBytes), bytes, first + (uint)page, token);
        }
    }

    private async Task AgainAsync(string path, long offset, Memory<byte> page, uint block, CancellationToken token)
    {
        var again = new byte[pageBytes];
        var (same, torn) = (0, false);
        for (var tried = 0; tried < Tries && same < 2; tried++)
        {
            if (same > 0 && BadCount < WaitedFor) await Task.Delay(While, time, token);
            // Cut off since: there is no such page any more, and replay does not want it.
            if ((await files.ReadAsync(path, offset, again, token) ?? 0) < pageBytes) return;
            if (again.AsSpan().SequenceEqual(page.Span)) same++;
            else (same, torn) = (0, true);
            again.CopyTo(page);
            if (PageVerdict.Of(page.Span, block).IsDamaged) continue;
            Torn++;
            return;
        }
        if (torn && same < 2 && PageHeader.Read(page.Span).Lsn >= start) Torn++;
        else Blame(new BadPage(path, block, PageVerdict.Of(page.Span, block)));
    }

    private void Blame(BadPage page)
    {
        BadCount++;
        if (_bad.Count < KeptPages) _bad.Add(page);
    }
}
