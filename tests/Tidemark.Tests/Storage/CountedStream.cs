namespace Tidemark.Tests.Storage;

/// <summary>Tells how often it was disposed.</summary>
/// <param name="told">Called each time.</param>
internal sealed class CountedStream(Action? told = null) : MemoryStream
{
    private int disposed;

    public int Disposed => Volatile.Read(ref disposed);

    protected override void Dispose(bool disposing)
    {
        Interlocked.Increment(ref disposed);
        told?.Invoke();
        base.Dispose(disposing);
    }
}
