using System.IO.Pipelines;
using Renci.SshNet.Common;
using Renci.SshNet.Sftp;

namespace Tidemark.Storage.Sftp;

/// <summary>A file under a name of its own, renamed when it is whole. SSH.NET keeps as many write requests on their way as the server allows, fed through a pipe.</summary>
internal sealed class SftpUpload : IObjectUpload
{
    private const int Buffered = 1024 * 1024;

    private readonly SftpConnection connection;
    private readonly SftpRoot root;
    private readonly string key, pending;
    private readonly Pipe pipe = new(new PipeOptions(pauseWriterThreshold: Buffered, resumeWriterThreshold: Buffered / 2, minimumSegmentSize: 64 * 1024, useSynchronizationContext: false));
    private readonly Task sending;
    private long written;
    private bool renamed;

    public SftpUpload(SftpConnection connection, SftpRoot root, string key)
    {
        (this.connection, this.root, this.key) = (connection, root, key);
        pending = $"{SftpRoot.Uploads}/{SftpUploadName.Of(key)}";
        sending = Task.Run(SendAsync);
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken token)
    {
        try
        {
            var flushed = await pipe.Writer.WriteAsync(bytes, token).AsTask().WaitAsync(SftpConnection.Patience, token);
            if (flushed.IsCompleted) await sending;
            written += bytes.Length;
        }
        catch (Exception failed) when (SftpFault.Knows(failed))
        {
            throw await FaultAsync(failed);
        }
    }

    public async Task<bool> CompleteAsync(PutMode mode, CancellationToken token)
    {
        await pipe.Writer.CompleteAsync();
        try
        {
            await sending.WaitAsync(SftpConnection.Patience, token);
        }
        catch (Exception failed) when (SftpFault.Knows(failed))
        {
            throw await FaultAsync(failed);
        }
        // Another connection would do as well: the file lies on the server.
        return await connection.AskAsync(key, again: false, root => Publish(root, mode), token);
    }

    public async ValueTask DisposeAsync()
    {
        if (renamed) return;
        if (!connection.Holds(root))
        {
            // A server that does not answer is not asked again: that would be another minute.
            await pipe.Writer.CompleteAsync();
            return;
        }
        // Ended as if it were whole, so that the server closes the file; then it is removed.
        await pipe.Writer.CompleteAsync();
        await Task.WhenAny(sending, Task.Delay(SftpConnection.Patience));
        try
        {
            await Task.Run(() => root.Remove(pending)).WaitAsync(SftpConnection.Patience);
        }
        catch (Exception unreachable) when (SftpFault.Knows(unreachable))
        {
            // It costs room but can never be seen as an object; the next start sweeps it.
        }
    }

    private async Task SendAsync()
    {
        try
        {
            await root.Client.UploadFileAsync(pipe.Reader.AsStream(), root.PathOf(pending), canOverride: false);
        }
        finally
        {
            // So that a writer that waits for room hears of a failure.
            await pipe.Reader.CompleteAsync();
        }
    }

    private bool Publish(SftpRoot root, PutMode mode)
    {
        Settle(root);
        if (mode == PutMode.Replace) root.Replace(pending, key);
        else if (!root.TryRename(pending, key)) return false;
        return renamed = true;
    }

    private void Settle(SftpRoot root)
    {
        var file = root.Look(pending) ?? throw new SftpException(StatusCode.NoSuchFile, "the uploaded file is gone before it got its name");
        if (file.Length != written) throw new SftpException(StatusCode.Failure, $"the server has {file.Length} bytes of the {written} that were sent");
        file.SetPermissions(600);
        using var opened = root.Client.Open(root.PathOf(pending), FileMode.Open, FileAccess.Write);
        ServerSync.Run(root.Client, opened.Handle);
    }

    private Task<Fault> FaultAsync(Exception failed) => connection.FaultAsync(failed, root, key, "no object was made or changed under that name");
}
