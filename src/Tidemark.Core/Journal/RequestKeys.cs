using Microsoft.Data.Sqlite;

namespace Tidemark.Journal;

/// <summary>Which request each key was used for first, for a week.</summary>
internal static class RequestKeys
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    public static (string RunId, string Body)? Find(SqliteConnection connection, RequestKey key) =>
        connection.Read("select run_id, body from request_keys where actor = $actor and key = $key and at >= $since", row => ((string, string)?)(row.GetString(0), row.GetString(1)),
            ("$actor", key.Actor), ("$key", key.Key), ("$since", JournalSql.Text(key.At - Kept))).FirstOrDefault();

    public static void Add(SqliteConnection connection, RequestKey key, string runId)
    {
        connection.Execute("delete from request_keys where at < $since", ("$since", JournalSql.Text(key.At - Kept)));
        connection.Execute("insert into request_keys (actor, key, body, run_id, at) values ($actor, $key, $body, $run, $at)",
            ("$actor", key.Actor), ("$key", key.Key), ("$body", key.Body), ("$run", runId), ("$at", JournalSql.Text(key.At)));
    }
}
