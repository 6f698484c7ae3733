namespace Tidemark.Repositories.Packs;

/// <summary>A pack that frames already have their place in, while its name is known only when it is sealed.</summary>
internal sealed class PackPromise
{
    private readonly TaskCompletionSource<SealedPack> made = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public PackPromise()
    {
    }

    /// <summary>One that is sealed.</summary>
    public PackPromise(SealedPack pack) => made.SetResult(pack);

    /// <summary>Fails with whatever ended the writing.</summary>
    public Task<SealedPack> Sealed => made.Task;

    /// <summary>Once it is sealed.</summary>
    public SealedPack Pack => made.Task.IsCompletedSuccessfully ? made.Task.Result : throw new InvalidOperationException("this pack is not sealed yet");

    public void Keep(SealedPack pack) => made.TrySetResult(pack);

    public void Break(Exception why)
    {
        if (made.TrySetException(why)) _ = made.Task.Exception; // Told once, where the uploads end.
    }
}

/// <summary>Where a frame lies.</summary>
/// <param name="Pack">Which.</param>
/// <param name="Frame">Its number there, from 0.</param>
internal readonly record struct FramePlace(PackPromise Pack, int Frame);
