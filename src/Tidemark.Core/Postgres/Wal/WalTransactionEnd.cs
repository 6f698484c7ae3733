using System.Buffers.Binary;

namespace Tidemark.Postgres.Wal;

/// <summary>A transaction that is over, one that was prepared included. <c>Time</c> is the server's clock; these need not rise from record to record.</summary>
internal readonly record struct WalTransactionEnd(bool Committed, DateTimeOffset Time)
{
    private const byte Transactions = 1;

    /// <summary>Null: the record ends no transaction. The time stands first in each kind (xact.h), whatever else is in it.</summary>
    public static WalTransactionEnd? Of(in WalRecord record)
    {
        if (record.Manager != Transactions || record.Data.Length < 8) return null;
        bool? committed = (record.Info & 0x70) switch
        {
            0x00 or 0x30 => true,
            0x20 or 0x40 => false,
            _ => null,
        };
        return committed is { } yes && PostgresTime.From(BinaryPrimitives.ReadInt64LittleEndian(record.Data)) is { } time ? new WalTransactionEnd(yes, time) : null;
    }
}
