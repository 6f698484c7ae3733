namespace Tidemark.Dumps.Plain;

/// <summary>The beginning of a piece of text that may span chunks; no byte is copied while it lies within one.</summary>
/// <param name="limit">Bytes kept at most.</param>
internal sealed class KeptText(int limit)
{
    private byte[] _carried = [];
    private int _count;
    private int _start;
    private bool _open;
    private int _closedAt = -1;

    /// <summary>Starts at index <paramref name="at"/> of the present chunk.</summary>
    public void Begin(int at) => (_count, _start, _open, _closedAt) = (0, at, true, -1);

    /// <summary>What follows index <paramref name="at"/> is not wanted.</summary>
    public void Close(int at) => _closedAt = _closedAt < 0 ? at : _closedAt;

    /// <summary>To be called with each chunk when it has been read.</summary>
    public void Carry(ReadOnlySpan<byte> chunk)
    {
        if (!_open)
            return;
        Append(Rest(chunk, chunk.Length));
        _start = 0;
        if (_closedAt >= 0)
            _closedAt = 0;
    }

    /// <summary>The text up to index <paramref name="end"/> of the chunk; valid until the next call.</summary>
    public ReadOnlySpan<byte> Take(ReadOnlySpan<byte> chunk, int end)
    {
        _open = false;
        var rest = Rest(chunk, end);
        if (_count == 0)
            return rest[..Math.Min(rest.Length, limit)];
        Append(rest);
        return _carried.AsSpan(0, _count);
    }

    /// <summary>The text so far, once all chunks have been carried.</summary>
    public ReadOnlySpan<byte> Carried => _carried.AsSpan(0, _count);

    private ReadOnlySpan<byte> Rest(ReadOnlySpan<byte> chunk, int end) => chunk[_start..(_closedAt < 0 ? end : _closedAt)];

    private void Append(ReadOnlySpan<byte> bytes)
    {
        var taken = Math.Min(bytes.Length, limit - _count);
        if (_count + taken > _carried.Length)
            Array.Resize(ref _carried, Math.Min(limit, Math.Max(_count + taken, 2 * _carried.Length)));
        bytes[..taken].CopyTo(_carried.AsSpan(_count));
        _count += taken;
    }
}
