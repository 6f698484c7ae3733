using Tidemark.Notifications;
using Tidemark.Processes;
using Tidemark.Protection;
using Tidemark.Wal;

namespace Tidemark.Hosting;

/// <summary>How well each database is protected, with what stands beside it: what <c>status</c> and the API tell.</summary>
/// <param name="Report">The worst first.</param>
/// <param name="Kept">The databases that swaps of one kept.</param>
/// <param name="Next">What to type for one; null where nothing can be done by a command.</param>
/// <param name="Remarks">What could not be read.</param>
/// <param name="Wal">Of each store; empty where no WAL was ever received.</param>
/// <param name="Bases">Of each store; empty where no base backup was ever taken.</param>
internal sealed record StatusReading(ProtectionReport Report, Func<DatabaseProtection, IReadOnlyList<KeptDatabase>> Kept, Func<DatabaseProtection, string?> Next, IReadOnlyList<string> Remarks, IReadOnlyList<WalStanding> Wal, IReadOnlyList<BaseStanding> Bases)
{
    /// <param name="workbench">Whose.</param>
    /// <param name="only">The one database that is wanted; null: all.</param>
    /// <param name="token">Cancels.</param>
    public static async Task<StatusReading> ReadAsync(Workbench workbench, string? only, CancellationToken token)
    {
        var (look, reaches, bases) = (workbench.Protection.ReadAsync(workbench.Options.Database?.Database, token), WalReachReader.ReadEachAsync(workbench.Stores.Objects, token), BaseStandingReader.ReadEachAsync(workbench, token));
        // Side by side, and both to their end: a store that is away is waited for once.
        await Task.WhenAll(look, reaches, bases);
        var report = await look;
        if (only is not null) report = report with { Databases = [.. report.Databases.Where(one => one.Facts.Database == only)] };
        var (kept, unmeasured) = await KeptAsync(workbench, token);
        return new StatusReading(report,
            one => [.. kept.Where(old => old.Swap.Database == one.Facts.Database && (one.Facts.Server is null || one.Facts.Server == old.Swap.SystemIdentifier))],
            one => NextOf(one, report.At, workbench),
            [.. report.Remarks, .. unmeasured is null ? Array.Empty<string>() : [unmeasured], .. UntoldBy(workbench)],
            WalStanding.Of(await reaches, report.At), await bases);
    }

    /// <summary>Channels that take no notices. A journal that cannot be read is among the remarks already.</summary>
    private static IEnumerable<string> UntoldBy(Workbench workbench)
    {
        try
        {
            return NoticeReading.Read(workbench.State, workbench.Options.Notices, workbench.Clock).Failing.Select(failing => $"notices do not arrive: {failing.InWords}; try: tidemark notify test");
        }
        catch (Fault)
        {
            return [];
        }
    }

    /// <summary>A record that cannot be read must not hide the state of the databases.</summary>
    private static async Task<(IReadOnlyList<KeptDatabase> Kept, string? Remark)> KeptAsync(Workbench workbench, CancellationToken token)
    {
        try
        {
            return await KeptDatabaseReader.MeasureAsync(workbench.Options.Database, KeptDatabase.Recorded(workbench.State), token);
        }
        catch (Fault unreadable)
        {
            return ([], $"kept databases are not known: {unreadable.What}: {unreadable.Where}");
        }
    }

    private static string? NextOf(DatabaseProtection one, DateTimeOffset now, Workbench workbench)
    {
        // A backup does not make a slow restore faster.
        if (RecoveryLine.Of(one.Facts with { Forecast = null }, workbench.Options.Objectives, now).State == ProtectionState.Protected) return null;
        if (one.Facts.Unseen > 0) return "tidemark doctor";
        if (RecoveryLine.Unchecked(one.Facts.Backups, one.RecoveryPoint) is { } newer) return $"tidemark verify {newer.Id}";
        return one.Facts.Database == workbench.Options.Database?.Database ? "tidemark backup" : $"tidemark backup --database {ShellWord.Quote(one.Facts.Database)}";
    }
}
