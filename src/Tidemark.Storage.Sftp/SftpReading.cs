namespace Tidemark.Storage.Sftp;

/// <summary>A file on the server as a stream that tells failures as a <see cref="Fault"/>; SSH.NET reads ahead.</summary>
internal sealed class SftpReading(Stream inner, Func<Exception, Task<Fault>> told) : Stream
{
    private bool isLetGo;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await inner.ReadAsync(buffer, cancellationToken).AsTask().WaitAsync(SftpConnection.Patience, cancellationToken);
        }
        catch (Exception failed) when (SftpFault.Knows(failed))
        {
            throw await told(failed);
        }
    }

    public override void Flush()
    {
    }

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <remarks>
    /// Once, whoever disposes how often. A stream of SSH.NET (2026.0.0) knows that it is disposed only when the server has answered that the file is closed: until then a second call closes the same handle again.
    /// OpenSSH gives a closed handle's number to the next file at once: the second close then hits that file, and who reads, writes or lists it gets "Failure" (no such handle) or "No such file" (EBADF).
    /// </remarks>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !Interlocked.Exchange(ref isLetGo, true)) _ = Task.Run(LetGo);
        base.Dispose(disposing);
    }

    /// <summary>Nothing depends on whether the server hears that its file is not needed any more: it is neither waited for nor told.</summary>
    private void LetGo()
    {
        try
        {
            inner.Dispose();
        }
        catch (Exception gone) when (SftpFault.Knows(gone))
        {
            // The connection is gone, and the server's file with it.
        }
    }
}
