using Microsoft.Data.Sqlite;
using Tidemark.Journal;

namespace Tidemark.Tests.Support;

/// <summary>The journal in a folder, as plain SQLite sees it.</summary>
internal static class JournalFile
{
    public static void Execute(TempFolder folder, string sql)
    {
        using var connection = Open(folder);
        connection.Execute(sql);
    }

    /// <summary>What later versions brought is gone.</summary>
    public static void BackToVersion3(TempFolder folder) => Execute(folder, """
        drop table deliveries; drop table incidents; drop table event_counts; drop table schedules; drop table tokens; drop table request_keys; drop table phases; drop index runs_of_schedule;
        pragma user_version = 3;
        """);

    /// <summary>The first value, as text.</summary>
    public static string Ask(TempFolder folder, string sql)
    {
        using var connection = Open(folder);
        return connection.Read(sql, row => row.GetString(0))[0];
    }

    private static SqliteConnection Open(TempFolder folder)
    {
        var connection = new SqliteConnection($"Data Source={folder["journal.db"]};Pooling=false");
        connection.Open();
        return connection;
    }
}
