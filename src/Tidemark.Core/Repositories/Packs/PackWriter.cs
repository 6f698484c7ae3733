namespace Tidemark.Repositories.Packs;

/// <summary>Gathers frames of many workers into packs, and hands each full one to the uploads.</summary>
/// <param name="uploads">Give the room that a pack is made in, and take it.</param>
/// <param name="pageSize">Bytes of a page of the files: what extents count in.</param>
internal sealed class PackWriter(PackUploads uploads, int pageSize) : IDisposable
{
    private readonly SemaphoreSlim turn = new(1);
    private OpenPack? open;

    /// <summary>Waits for memory, where all of it is on its way to the store.</summary>
    /// <exception cref="Fault">What ended the uploads.</exception>
    public async ValueTask<FramePlace> AddAsync(PackedFrame frame, CancellationToken token)
    {
        await turn.WaitAsync(token);
        try
        {
            if (open is { } full && !full.HasRoomFor(frame)) Send();
            open ??= await uploads.BeginAsync(pageSize, token);
            return open.Add(frame);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Sends what has been gathered; the next frame begins another pack. Returns at once.</summary>
    public async Task SealAsync(CancellationToken token)
    {
        await turn.WaitAsync(token);
        Send();
        turn.Release();
    }

    /// <summary>What was not sent is gone.</summary>
    public void Dispose()
    {
        open?.Dispose();
        turn.Dispose();
    }

    private void Send()
    {
        if (open is not null) uploads.Send(open);
        open = null;
    }
}
