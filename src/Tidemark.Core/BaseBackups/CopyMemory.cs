using System.Globalization;

namespace Tidemark.BaseBackups;

/// <summary>How much memory copying takes: packs that are filled or on their way, and workers. Pure.</summary>
/// <param name="Buffers">Of packs.</param>
/// <param name="Workers">That read.</param>
internal sealed record CopyMemory(int Buffers, int Workers)
{
    /// <summary>One is filled with data, one with the map, and two are on their way.</summary>
    private const int Usual = 4;

    private const int Fewest = 3, Most = 16;

    /// <summary>Bytes, whatever is copied: the program, what stands between the listing and the map, packs that are read, segments of WAL.</summary>
    private const long Rest = 128L << 20;

    /// <summary>Of these, what the runtime takes besides what it manages.</summary>
    private const long Unmanaged = 48L << 20;

    private const long OfWorker = 6L << 20;

    /// <summary>Bytes; without a limit what is not in use any more may come on top for a while.</summary>
    public long Bytes => Rest + (Workers * OfWorker) + ((long)Buffers * Repositories.Packs.PackUploads.BufferSize);

    /// <summary>Where the backup brings its own WAL: a segment, as it is and packed, takes the place of one.</summary>
    public int BuffersBesideWal => Math.Max(Fewest, Buffers - 1);

    /// <summary>Of a limit in bytes, what managed memory may have of it.</summary>
    public static long Managed(long limit) => limit - Unmanaged;

    /// <param name="workers">As asked for.</param>
    /// <param name="limit">Bytes; null: none was set.</param>
    /// <exception cref="Fault">2: that is too little for so many workers.</exception>
    public static CopyMemory Of(int workers, long? limit)
    {
        if (limit is not { } bytes) return new CopyMemory(Usual, workers);
        var room = (bytes - Rest - (workers * OfWorker)) / Repositories.Packs.PackUploads.BufferSize;
        if (room >= Fewest) return new CopyMemory((int)Math.Min(room, Most), workers);
        var least = new CopyMemory(Fewest, workers).Bytes;
        throw new Fault(FaultCode.Usage, "that is too little memory for a base backup")
        {
            Where = string.Create(CultureInfo.InvariantCulture, $"--memory {bytes >> 20}MiB"),
            Why = string.Create(CultureInfo.InvariantCulture, $"with {workers} worker{(workers == 1 ? "" : "s")} it needs {(least + (1 << 20) - 1) >> 20} MiB: three packs of 34 MiB each, 6 MiB a worker, and 128 MiB for all else"),
            Next = string.Create(CultureInfo.InvariantCulture, $"tidemark backup --kind base --jobs {workers} --memory {(least + (1 << 20) - 1) >> 20}MiB"),
        };
    }
}
