using Tidemark.BaseBackups.Sweeping;
using Tidemark.Retention.Bases;
using Tidemark.Runs;

namespace Tidemark.Cli.Output;

/// <summary>What retention does to base backups and WAL, for people.</summary>
internal static class BasePruneText
{
    public static void Tell(Terminal terminal, IReadOnlyList<BaseOutlook> outlooks, TimeSpan grace, bool dryRun)
    {
        foreach (var (store, plan, wal) in outlooks)
        {
            terminal.Say();
            terminal.Say($"{plan.InWords}{(outlooks.DistinctBy(one => one.Store.Address).Count() > 1 ? $", in {store.Address}" : "")}: {plan.Decisions.Count} backups, {plan.Stays.Count()} stay, {plan.Goes.Count()} go");
            if (plan.Decisions.Count > 0)
            {
                foreach (var line in RetentionCalendar.Of(plan)) terminal.Say(line);
                terminal.Say($"  {RetentionCalendar.Legend}");
            }
            if (dryRun && plan.Stays.Any()) terminal.Say("stays");
            if (dryRun) foreach (var stays in plan.Stays) TellOne(terminal, stays.Item, string.Join(", ", stays.Reasons.Select(reason => reason.Text)));
            if (plan.Goes.Any()) terminal.Say($"expires: its objects that no other needs go {new Duration(grace)} to {new Duration(grace * 2)} later");
            foreach (var goes in plan.Goes) TellOne(terminal, goes.Item, goes.Expiry!.Text);
            if (plan.Leaving.Count > 0) terminal.Say($"expired before, and still there: {string.Join(", ", plan.Leaving.Select(entry => entry.Id.Text))}");
            foreach (var line in OfWal(plan, wal)) terminal.Say(line);
            foreach (var remark in plan.Remarks) terminal.Remark($"{plan.InWords}: {remark}");
        }
    }

    public static void Tell(Terminal terminal, BasePruneReport report, TimeSpan grace)
    {
        if (ReferenceEquals(report.Sweep, SweepReport.Busy)) terminal.Remark("another prune is sweeping, or one was killed within the last half hour: what nothing needs is left to the next one");
        foreach (var held in report.Held) terminal.Remark($"warning: {held}");
        foreach (var id in report.Sweep.GivenUp) terminal.Say($"given up: {id}, whose run was not heard of for {new Duration(grace)}");
        terminal.Say($"base backups: {report.GivenUp.Count} expired; {Sizes.Count(report.Sweep.Packs, "pack")} removed, {Sizes.InWords(report.Sweep.Bytes)}; WAL: {Sizes.Count(report.Wal.SegmentsGo, "segment")} removed, {Sizes.InWords(report.Wal.BytesGo)}");
        if (report.Sweep.Waiting > 0) terminal.Say($"  {Sizes.Count(report.Sweep.Waiting, "pack")} that nothing needs, {Sizes.InWords(report.Sweep.WaitingBytes)}, wait until they have been that for {new Duration(grace)}");
    }

    private static IEnumerable<string> OfWal(BaseRetentionPlan plan, WalOutlook wal)
    {
        yield return $"wal: {Sizes.Count(wal.SegmentsStay, "segment")} stay, {Sizes.InWords(wal.BytesStay)}; {(wal.SegmentsGo == 0 ? "none goes now" : $"{wal.SegmentsGo} go, {Sizes.InWords(wal.BytesGo)}, {wal.First} to {wal.Last}: no base backup needs them")}";
        if (plan.Wal.WhyAll is { } why) yield return $"  all of it stays: {why}";
        else if (plan.Wal.Since is { } since) yield return $"  any second can be reached since {since.Time.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z, the end of {since.Id}, as far as the WAL has no gap";
    }

    private static void TellOne(Terminal terminal, BaseItem item, string why) => PruneText.TellOne(terminal, item.Id, item.Time, item.Entry.Refs!.PackBytes, why);
}
