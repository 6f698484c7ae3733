using System.Text.Json.Serialization;
using Tidemark.Configuration;
using Tidemark.Journal;
using Tidemark.Protection;

namespace Tidemark.Hosting;

/// <summary>How all databases are protected, the worst first. Wal: absent where none was ever received; baseBackups: where none was ever taken.</summary>
internal sealed record StatusDocument(DateTimeOffset At, string BackupFolder, double? RpoSeconds, double RtoSeconds, double? ProofAgeSeconds, IReadOnlyList<DatabaseStatusDocument> Databases, IReadOnlyList<string> Remarks,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] WalReachDocument? Wal,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<BaseStandingDocument>? BaseBackups)
{
    public static StatusDocument Of(ProtectionReport report, string folder, ObjectiveOptions objectives, Func<DatabaseProtection, IReadOnlyList<KeptDatabase>> kept, Func<DatabaseProtection, string?> next, IReadOnlyList<string> remarks, IReadOnlyList<WalStanding> wal, IReadOnlyList<BaseStanding> bases) =>
        new(report.At, folder, objectives.Rpo?.TotalSeconds, objectives.Rto.TotalSeconds, objectives.ProofAge?.TotalSeconds, [.. report.Databases.Select(one => DatabaseStatusDocument.Of(one, report.At, kept(one), next(one)))], remarks, WalReachDocument.Of(wal, bases.Count > 0), BaseStandingDocument.Of(bases, report.At));

    public static double? Seconds(TimeSpan? span) => span is { } known ? Math.Round(known.TotalSeconds, 3) : null;
}

/// <summary>One database of one server. The forecast is the median and the 90th percentile, by so many restores and drills that were measured: 0 is never, and of few the percentile is null.</summary>
internal sealed record DatabaseStatusDocument(string Database, string? Server, string State, RecoveryStatusDocument Recovery, ProofStatusDocument Proof, RunStatusDocument? LastBackup,
    double? RestoreForecastSeconds, double? RestoreForecastP90Seconds, int RestoresMeasured, IReadOnlyList<KeptStatusDocument> KeptDatabases, string? Next)
{
    public static DatabaseStatusDocument Of(DatabaseProtection one, DateTimeOffset now, IReadOnlyList<KeptDatabase> kept, string? next) => new(one.Facts.Database, one.Facts.Server, Word(one.State),
        new(Word(one.Recovery.State), one.RecoveryPoint?.At, one.RecoveryPoint?.Backup.Id, StatusDocument.Seconds(one.Recovery.Age), one.Recovery.Breached, one.Recovery.Words),
        new(Word(one.Proof.State), one.ProvenPoint?.At, one.ProvenPoint?.ProvenAt, one.ProvenPoint?.ProvenBy, one.ProvenPoint?.BackupId, StatusDocument.Seconds(one.Proof.Age), one.Proof.Breached, one.Proof.Words, one.ProvenPoint?.RpoSeconds, one.ProvenPoint?.RtoSeconds),
        one.Facts.LastBackup is { } run ? RunStatusDocument.Of(run) : null, StatusDocument.Seconds(one.Facts.Forecast?.P50), StatusDocument.Seconds(one.Facts.Forecast?.P90), one.Facts.Forecast?.Measured ?? 0,
        [.. kept.Select(database => new KeptStatusDocument(database.Swap.Kept, database.Bytes, database.Swap.At, StatusDocument.Seconds(now - database.Swap.At)!.Value))], next);

    private static string Word(ProtectionState state) => state == ProtectionState.AtRisk ? "atRisk" : state.ToString().ToLowerInvariant();
}

internal sealed record RecoveryStatusDocument(string State, DateTimeOffset? RecoveryPoint, string? BackupId, double? AgeSeconds, bool Breached, IReadOnlyList<string> Words);

internal sealed record ProofStatusDocument(string State, DateTimeOffset? ProvenPoint, DateTimeOffset? ProvenAt, string? ProvenBy, string? BackupId, double? AgeSeconds, bool Breached, IReadOnlyList<string> Words, double? MeasuredRpoSeconds, double? MeasuredRtoSeconds);

internal sealed record RunStatusDocument(string Id, string State, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt, string? ErrorCode, string? Error)
{
    public static RunStatusDocument Of(RunRow run) => new(run.Id, run.State, run.StartedAt, run.FinishedAt, run.ErrorCode, run.Error);
}

/// <summary>A database that a swap kept; the size is null when the server could not be asked.</summary>
internal sealed record KeptStatusDocument(string Database, long? Size, DateTimeOffset KeptSince, double AgeSeconds);
