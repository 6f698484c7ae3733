using System.Security.Cryptography;

namespace Tidemark.Codecs.Age;

/// <summary>Encrypts what is written to it. Only after <see cref="Complete"/> is it a whole file: what was left by an error never opens as one. The stream under it stays open.</summary>
internal sealed class AgeWriter : Stream
{
    private readonly Stream to;
    private readonly AgeChunks chunks;
    private readonly byte[] plain = new byte[AgeChunks.Length];
    private readonly byte[] closed = new byte[AgeChunks.SealedLength];
    private int filled;
    private bool complete;

    private AgeWriter(Stream to, Func<byte[], IReadOnlyList<AgeStanza>> wrap)
    {
        this.to = to;
        var fileKey = RandomNumberGenerator.GetBytes(AgeKeys.FileKeyLength);
        var nonce = RandomNumberGenerator.GetBytes(AgeKeys.PayloadNonceLength);
        to.Write(AgeHeader.Write(wrap(fileKey), fileKey));
        to.Write(nonce);
        chunks = new AgeChunks(AgeKeys.PayloadKey(fileKey, nonce));
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Any one of the recipients' identities opens it.</summary>
    public static AgeWriter To(Stream to, IReadOnlyList<AgeRecipient> recipients) =>
        recipients.Count > 0 ? new(to, fileKey => [.. recipients.Select(recipient => recipient.Wrap(fileKey))]) : throw new ArgumentException("no recipient", nameof(recipients));

    public static AgeWriter To(Stream to, AgePassphrase passphrase) => new(to, fileKey => [passphrase.Wrap(fileKey)]);

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (complete) throw new InvalidOperationException("the age file is complete");
        while (buffer.Length > 0)
        {
            // A full chunk waits for the next byte: only then is it known not to be the last.
            if (filled == plain.Length) Seal(last: false);
            var taken = Math.Min(buffer.Length, plain.Length - filled);
            buffer[..taken].CopyTo(plain.AsSpan(filled));
            filled += taken;
            buffer = buffer[taken..];
        }
    }

    /// <summary>Seals the last chunk.</summary>
    public void Complete()
    {
        if (complete) return;
        Seal(last: true);
        complete = true;
    }

    public override void Flush() => to.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) chunks.Dispose();
        base.Dispose(disposing);
    }

    private void Seal(bool last)
    {
        to.Write(closed.AsSpan(0, chunks.Seal(plain.AsSpan(0, filled), last, closed)));
        filled = 0;
    }
}
