using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Tidemark.Journal;

/// <summary>Questions of those who only read.</summary>
internal sealed partial class RunJournal
{
    public static string PathIn(string stateFolder) => Path.Combine(stateFolder, "journal.db");

    /// <exception cref="SqliteException">It cannot be read.</exception>
    public static RunJournal OpenToRead(string stateFolder)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = PathIn(stateFolder), Mode = SqliteOpenMode.ReadOnly, Pooling = false, DefaultTimeout = 10 }.ToString());
        try
        {
            connection.Open();
            return new RunJournal(connection);
        }
        catch (SqliteException)
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>The latest run of each kind and database that a condition in SQL holds for.</summary>
    // Of a bare column beside max(), SQLite takes the value in the row of the maximum.
    public IReadOnlyList<RunRow> LastOfEach(string condition) => Read($"where rowid in (select row from (select rowid as row, max(started_at) from runs where {condition} group by kind, database))");

    /// <summary>Those that succeeded, newest first.</summary>
    public IReadOnlyList<RunRow> Restores(int count) => Read($"where kind = 'restore' and state = 'succeeded' order by started_at desc limit {count.ToString(CultureInfo.InvariantCulture)}");
}
