namespace Tidemark.Tests.Postgres.Replication;

/// <summary>A server that says what it is told to, in pieces of any size, whatever is asked; then it is gone.</summary>
internal sealed class ScriptedStream(byte[] script, int piece = int.MaxValue) : Stream
{
    private int at;

    /// <summary>What was said to it.</summary>
    public MemoryStream Heard { get; } = new();

    /// <summary>The most bytes that were ever asked for at once.</summary>
    public int MostAsked { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count)
    {
        MostAsked = Math.Max(MostAsked, count);
        count = Math.Min(Math.Min(count, piece), script.Length - at);
        Array.Copy(script, at, buffer, offset, count);
        at += count;
        return count;
    }

    public override void Write(byte[] buffer, int offset, int count) => Heard.Write(buffer, offset, count);

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
