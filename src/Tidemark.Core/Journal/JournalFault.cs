using Microsoft.Data.Sqlite;
using Tidemark.Files;

namespace Tidemark.Journal;

/// <summary>Why the journal cannot be used, and what to do.</summary>
internal static class JournalFault
{
    /// <summary>SQLite's own result codes.</summary>
    private const int Busy = 5, InputOutput = 10, Corrupt = 11, Full = 13, NotADatabase = 26;

    /// <summary>SQLite grows its files by pages and, beside them, a shared index of 32 KiB.</summary>
    private const int LeastRoom = 64 * 1024;

    private const string Untouched = "the backups are not touched: only the history of runs is in it";

    public static Fault Of(SqliteException unusable, string path)
    {
        var folder = Path.GetDirectoryName(path);
        // A full disk shows as an input/output error where the shared index cannot grow.
        if (unusable.SqliteErrorCode == Full || (unusable.SqliteErrorCode == InputOutput && FreeSpace.Of(path) < LeastRoom))
            return new Fault(FaultCode.DiskFull, "the journal of runs finds the disk full", unusable) { Where = path, Why = unusable.Message, Left = Untouched, Next = $"df -h '{folder}' # then make room" };
        if (unusable.SqliteErrorCode is Corrupt or NotADatabase)
            // With what SQLite keeps beside it, which would be read into the next one.
            return new Fault(FaultCode.Store, "the journal of runs is damaged", unusable) { Where = path, Why = unusable.Message, Left = Untouched, Next = $"mkdir '{folder}/damaged' && mv '{path}'* '{folder}/damaged/'" };
        return new Fault(FaultCode.Store, "the journal of runs cannot be used", unusable) { Where = path, Why = unusable.Message, Left = Untouched, Next = unusable.SqliteErrorCode == Busy ? $"fuser -v '{path}'" : $"ls -la '{folder}'" };
    }

    public static Fault Newer(long version, int known, string path) => new(FaultCode.Store, "the journal of runs was written by a newer version of this program")
    {
        Where = path,
        Why = $"it is of version {version}; this program knows versions up to {known}",
        Left = Untouched,
        Next = "tidemark --version # then use a newer one",
    };
}
