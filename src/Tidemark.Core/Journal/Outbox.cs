using Microsoft.Data.Sqlite;

namespace Tidemark.Journal;

/// <summary>Notices, kept in the same transaction as the runs that are their causes: neither is ever there without the other.</summary>
internal static class Outbox
{
    /// <summary>A failure opens its cause's notice or adds to it; a success ends all of its kind and database, whatever they failed with.</summary>
    /// <remarks>The server is no part of the cause: where its address was the mistake, the success at the right one ends the notice.</remarks>
    public static void Take(SqliteConnection connection, RunRow run)
    {
        if (run.State == RunState.Succeeded)
            connection.Execute("update notices set over_at = $at where kind = $kind and database = $database and over_at is null",
                ("$at", JournalSql.Text(run.FinishedAt!.Value)), ("$kind", run.Kind), ("$database", run.Database));
        else if (run.State is RunState.Failed or RunState.Interrupted)
            connection.Execute("""
                insert into notices (kind, database, error_code, text, run_id, first_at, last_at, count) values ($kind, $database, $code, $text, $run, $at, $at, 1)
                on conflict (kind, database, error_code) where over_at is null do update set text = excluded.text, run_id = excluded.run_id, last_at = excluded.last_at, count = count + 1
                """, ("$kind", run.Kind), ("$database", run.Database), ("$code", run.ErrorCode), ("$text", Sentence(run)), ("$run", run.Id), ("$at", JournalSql.Text(run.FinishedAt!.Value)));
    }

    /// <summary>Those that are not over, oldest first.</summary>
    public static IReadOnlyList<NoticeRow> Open(SqliteConnection connection) => Rows(connection, "where over_at is null");

    /// <summary>Those that were open at any moment between these two, oldest first.</summary>
    public static IReadOnlyList<NoticeRow> Between(SqliteConnection connection, DateTimeOffset from, DateTimeOffset until) =>
        Rows(connection, "where first_at < $until and (over_at is null or over_at >= $from)", ("$from", JournalSql.Text(from)), ("$until", JournalSql.Text(until)));

    private static List<NoticeRow> Rows(SqliteConnection connection, string condition, params (string Name, object? Value)[] parameters) => connection.Read(
        $"select id, kind, database, error_code, text, run_id, first_at, last_at, count, over_at from notices {condition} order by id", row => new NoticeRow
        {
            Id = row.GetInt64(0),
            Kind = row.GetString(1),
            Database = row.GetString(2),
            ErrorCode = row.GetString(3),
            Text = row.GetString(4),
            RunId = row.GetString(5),
            FirstAt = row.Time(6),
            LastAt = row.Time(7),
            Count = row.GetInt32(8),
            OverAt = row.TimeOrNull(9),
        }, parameters);

    private static string Sentence(RunRow run) => $"{run.Kind} of \"{run.Database}\" {run.State}: {run.Error}{(run.Why is null ? "" : $": {run.Why}")}";
}
