using Microsoft.Data.Sqlite;

namespace Tidemark.Journal;

/// <summary>Incidents and what is to be told of them, written in one transaction: none is told of that is not there, and none is there of which nobody will be told.</summary>
internal static class IncidentBook
{
    private const string DeliveryColumns = "select id, incident, event, channel, message, made_at, tries, next_at, error, delivered_at from deliveries";

    /// <summary>Those that are not over, oldest first.</summary>
    public static List<IncidentRow> Open(SqliteConnection connection) => connection.Read(
        "select id, database, cause, place, level, text, since, told_at, events, reminders, over_at from incidents where over_at is null order by id", row => new IncidentRow
        {
            Id = row.GetInt64(0),
            Database = row.GetString(1),
            Cause = row.GetString(2),
            Place = row.GetString(3),
            Level = row.GetInt32(4),
            Text = row.GetString(5),
            Since = row.Time(6),
            ToldAt = row.Time(7),
            Events = row.GetInt32(8),
            Reminders = row.GetInt32(9),
            OverAt = row.TimeOrNull(10),
        });

    /// <summary>Returns its id.</summary>
    public static long Write(SqliteConnection connection, IncidentRow incident)
    {
        (string, object?)[] values =
        [
            ("$id", incident.Id), ("$database", incident.Database), ("$cause", incident.Cause), ("$place", incident.Place), ("$level", incident.Level), ("$text", incident.Text), ("$since", JournalSql.Text(incident.Since)),
            ("$told", JournalSql.Text(incident.ToldAt)), ("$events", incident.Events), ("$reminders", incident.Reminders), ("$over", incident.OverAt is { } over ? JournalSql.Text(over) : null),
        ];
        return incident.Id == 0
            ? connection.Read("insert into incidents (database, cause, place, level, text, since, told_at, events, reminders, over_at) values ($database, $cause, $place, $level, $text, $since, $told, $events, $reminders, $over) returning id",
                row => row.GetInt64(0), values[1..])[0]
            : connection.Read("update incidents set level = $level, text = $text, told_at = $told, events = $events, reminders = $reminders, over_at = $over where id = $id returning id",
                row => row.GetInt64(0), [.. values.Where(value => value.Item1 is not ("$database" or "$cause" or "$place" or "$since"))])[0];
    }

    public static void Write(SqliteConnection connection, DeliveryRow delivery) => connection.Execute(
        "insert into deliveries (id, incident, event, channel, message, made_at, next_at) values ($id, $incident, $event, $channel, $message, $made, $next)",
        ("$id", delivery.Id), ("$incident", delivery.Incident), ("$event", delivery.Event), ("$channel", delivery.Channel), ("$message", delivery.Message), ("$made", JournalSql.Text(delivery.MadeAt)), ("$next", JournalSql.Text(delivery.NextAt)));

    /// <summary>Those that no channel has taken yet, in the order in which they were made.</summary>
    public static List<DeliveryRow> Waiting(SqliteConnection connection) => connection.Read($"{DeliveryColumns} where delivered_at is null order by rowid", Row);

    /// <summary>Takes one for sending. False when somebody else has it, or it is not its time.</summary>
    public static bool Claim(SqliteConnection connection, string id, DateTimeOffset now, DateTimeOffset until) =>
        connection.Execute("update deliveries set tries = tries + 1, next_at = $until where id = $id and delivered_at is null and next_at <= $now", ("$id", id), ("$now", JournalSql.Text(now)), ("$until", JournalSql.Text(until))) > 0;

    public static void Deliver(SqliteConnection connection, string id, DateTimeOffset at) =>
        connection.Execute("update deliveries set delivered_at = $at, error = null where id = $id", ("$id", id), ("$at", JournalSql.Text(at)));

    public static void Postpone(SqliteConnection connection, string id, string error, DateTimeOffset next) =>
        connection.Execute("update deliveries set error = $error, next_at = $next where id = $id and delivered_at is null", ("$id", id), ("$error", error), ("$next", JournalSql.Text(next)));

    private static DeliveryRow Row(SqliteDataReader row) => new()
    {
        Id = row.GetString(0),
        Incident = row.GetInt64(1),
        Event = row.GetInt32(2),
        Channel = row.GetString(3),
        Message = row.GetString(4),
        MadeAt = row.Time(5),
        Tries = row.GetInt32(6),
        NextAt = row.Time(7),
        Error = row.TextOrNull(8),
        DeliveredAt = row.TimeOrNull(9),
    };
}
