using System.Buffers.Binary;

namespace Tidemark.Postgres.Data;

/// <summary>Settings of the server that wrote the WAL: a hot standby refuses to replay with less (xlog.c, CheckRequiredParameterValues).</summary>
/// <remarks>WAL can raise them on the way: these are the values at one moment. The level is 0 for minimal, 1 for replica, 2 for logical.</remarks>
internal sealed record ReplaySettings(int WalLevel, int MaxConnections, int MaxWorkerProcesses, int MaxWalSenders, int MaxPreparedTransactions, int MaxLocksPerTransaction)
{
    /// <param name="bytes">From <c>wal_level</c> on; wal_log_hints stands after it.</param>
    public static ReplaySettings Read(ReadOnlySpan<byte> bytes) => new(At(bytes, 0), At(bytes, 8), At(bytes, 12), At(bytes, 16), At(bytes, 20), At(bytes, 24));

    private static int At(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt32LittleEndian(bytes[at..]);
}
