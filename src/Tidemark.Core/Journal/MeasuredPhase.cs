using Microsoft.Data.Sqlite;

namespace Tidemark.Journal;

/// <summary>How long one part of a restore took, in a drill or in earnest.</summary>
/// <param name="Kind">Of the backup: dump or base.</param>
/// <param name="Database">That was dumped; of a base backup the cluster.</param>
/// <param name="Phase">In a word or two.</param>
/// <param name="Seconds">How long.</param>
/// <param name="Bytes">That it went by; null: it goes by none.</param>
/// <param name="At">The same for all parts of one restore.</param>
internal sealed record MeasuredPhase(string Kind, string Database, string Phase, double Seconds, long? Bytes, DateTimeOffset At)
{
    /// <summary>The table, as a step of the journal's schema.</summary>
    public const string Table = "create table phases (kind text not null, database text not null, phase text not null, seconds real not null, bytes integer, at text not null) strict;";

    /// <summary>Restores of one database that are remembered: what its machine was like before that says nothing any more.</summary>
    public const int Remembered = 20;

    public static void Add(SqliteConnection connection, MeasuredPhase one)
    {
        connection.Execute("insert into phases (kind, database, phase, seconds, bytes, at) values ($kind, $database, $phase, $seconds, $bytes, $at)",
            ("$kind", one.Kind), ("$database", one.Database), ("$phase", one.Phase), ("$seconds", one.Seconds), ("$bytes", one.Bytes), ("$at", JournalSql.Text(one.At)));
        connection.Execute("""
            delete from phases where kind = $kind and database = $database and phase = $phase
                and rowid not in (select rowid from phases where kind = $kind and database = $database and phase = $phase order by at desc, rowid desc limit $remembered)
            """, ("$kind", one.Kind), ("$database", one.Database), ("$phase", one.Phase), ("$remembered", Remembered));
    }

    /// <summary>All, in no order.</summary>
    public static IReadOnlyList<MeasuredPhase> Read(SqliteConnection connection) => connection.Read("select kind, database, phase, seconds, bytes, at from phases",
        row => new MeasuredPhase(row.GetString(0), row.GetString(1), row.GetString(2), row.GetDouble(3), row.IsDBNull(4) ? null : row.GetInt64(4), row.Time(5)));
}
