using System.Globalization;
using System.Text.RegularExpressions;
using Tidemark.Postgres.Wal;

namespace Tidemark.Restores.Bases;

/// <summary>Up to where a recovery is wanted, as <c>--at</c> says it.</summary>
internal abstract partial record RecoveryTarget(string Text)
{
    public const string Latest = "latest";

    /// <summary>All that is stored, up to the end of the tail.</summary>
    internal sealed record End() : RecoveryTarget(Latest);

    /// <summary>As soon as the backup is consistent.</summary>
    internal sealed record Immediate() : RecoveryTarget("immediate");

    /// <summary>The last commit that is not later.</summary>
    internal sealed record Moment(DateTimeOffset Time) : RecoveryTarget(Told(Time));

    /// <summary>The first record that begins there or later is the last one that is replayed.</summary>
    internal sealed record Place(Lsn Lsn) : RecoveryTarget($"{Lsn}");

    /// <summary>The end of this transaction.</summary>
    internal sealed record Transaction(uint Id) : RecoveryTarget(string.Create(CultureInfo.InvariantCulture, $"xid:{Id}"));

    /// <summary>A restore point (<c>pg_create_restore_point</c>).</summary>
    internal sealed record Named(string Name) : RecoveryTarget($"name:{Name}");

    /// <summary>A time to the microsecond, as it is told everywhere: it can be given back as it is.</summary>
    public static string Told(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture);

    /// <param name="text">Null: the end.</param>
    /// <exception cref="Fault">2: it is none of these.</exception>
    public static RecoveryTarget Parse(string? text) => text?.Trim() switch
    {
        null or "" or Latest => new End(),
        "immediate" => new Immediate(),
        var xid when xid.StartsWith("xid:", StringComparison.Ordinal) => uint.TryParse(xid.AsSpan(4), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > 2 ? new Transaction(id) : throw Unknown(text, "a transaction is a number above 2, as pg_current_xact_id() without its epoch says it"),
        var name when name.StartsWith("name:", StringComparison.Ordinal) => name.Length > 5 ? new Named(name[5..]) : throw Unknown(text, "the name of the restore point is missing"),
        var lsn when Lsn.TryParse(lsn, out var place) => place.IsNone ? throw Unknown(text, "no log has this place") : new Place(place),
        var time => ParseTime(time),
    };

    private static Moment ParseTime(string text)
    {
        if (!TimeShape().IsMatch(text)) throw Unknown(text, "it is no time, LSN, xid:N, name:X, immediate or latest");
        if (!ZoneShape().IsMatch(text)) throw Unknown(text, "a time needs its zone: without it, it is another moment on another machine");
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? new Moment(time.ToUniversalTime()) : throw Unknown(text, "there is no such day or hour");
    }

    private static Fault Unknown(string text, string why) => new(FaultCode.Usage, "--at does not say up to where to recover") { Where = text, Why = why, Next = "--at 2026-01-31T12:00:00Z # or 2026-01-31T13:00:00+01:00, 16/B374D848, xid:1234, name:before_release, immediate, latest" };

    [GeneratedRegex(@"^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,7})?)?)? ?(Z|[+-]\d\d(:?\d\d)?)?$")]
    private static partial Regex TimeShape();

    [GeneratedRegex(@":\d\d(\.\d+)? ?(Z|[+-]\d\d(:?\d\d)?)$")]
    private static partial Regex ZoneShape();
}
