using Tidemark.Configuration;
using Tidemark.Dumps;
using Tidemark.Journal;
using Tidemark.Protection;

namespace Tidemark.Tests.Protection;

/// <summary>Facts to judge, counted back from one moment.</summary>
internal static class Backups
{
    public static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    public static readonly ObjectiveOptions NoObjective = new(null, TimeSpan.FromHours(1), null);

    /// <summary>An RPO of 100 minutes, so that percents are minutes.</summary>
    public static readonly ObjectiveOptions Hundred = NoObjective with { Rpo = TimeSpan.FromMinutes(100) };

    public static DumpEntry Of(string key, double minutes, DumpState state = DumpState.Good, string? server = "server", string database = "db", bool adopted = false, string? finding = null)
    {
        var time = Now.AddMinutes(-minutes);
        var manifest = state == DumpState.Foreign || finding is not null ? null
            : new DumpManifest { Id = key, Database = database, File = key, Format = "custom", Size = 1000, Sha256 = "hash of " + key, ContentSha256 = "", DumpedBytes = 1, StartedAt = time, RecoveryPoint = time, FinishedAt = time, Check = "full", SystemIdentifier = server, Gaps = adopted ? [new CoverageGap(CoverageGap.Adopted, key, "")] : [] };
        return new DumpEntry { Id = key, Key = key, Store = DumpStore.OfFolder("/"), Size = 1000, Manifest = manifest, State = state, Time = time, Finding = finding };
    }

    public static ProtectionFacts Facts(params DumpEntry[] backups) => new() { Database = "db", Backups = backups };

    public static RunRow Run(string state, double minutes = 5, string kind = "backup", string database = "db") =>
        new() { Id = $"{kind}-{minutes}", Kind = kind, Database = database, Actor = "me@here", StartedAt = Now.AddMinutes(-minutes), FinishedAt = Now.AddMinutes(-minutes + 1), State = state };

    public static ProvenPoint Proof(double provenDaysAgo, double pointDaysAgo = 1) => new(Now.AddDays(-pointDaysAgo), Now.AddDays(-provenDaysAgo), "drill-1", "a");
}
