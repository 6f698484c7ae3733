using Tidemark.BaseBackups;
using Tidemark.Cli.Output;
using Tidemark.Hosting;
using Tidemark.Runs;

namespace Tidemark.Cli.Commands;

/// <summary><c>backup --kind base</c>.</summary>
internal static class BackupOfCluster
{
    public static async Task<int> RunAsync(Terminal terminal, string? label, bool isIncremental, int workers, long? memory, CancellationToken token)
    {
        var session = Session.Open(terminal);
        await session.TidyAsync(session.Database, token);
        var store = session.Stores.Objects[0];
        if (session.Stores.All.Count > 1) terminal.Remark($"a base backup goes to the first store only: {store.Address}");
        if (memory is { } limit) Cap(workers, limit);
        var runner = new BaseBackupRunner(store, session.Keys, session.State, session.Options.Wal, session.Options.SweepGrace, session.Recorder.Actor, session.Clock, terminal.Remark);
        var run = new BaseBackupRun(session.Recorder, runner, session.Stores, session.Workbench.PruneOfBases(session.Recorder), session.Clock);
        var progress = new ProgressLine<BaseProgress>(terminal, session.Clock, ProgressWords.Of);
        var report = await progress.WhileAsync("base backup", () => run.RunAsync(new BaseBackupOptions { Address = session.Database, Label = label, IsIncremental = isIncremental, Workers = workers, MemoryLimit = memory }, progress, token));
        foreach (var warning in report.Warnings) terminal.Remark($"warning: {warning}");
        Tell(terminal, report, memory is not null);
        if (terminal.Json) CliJson.Write(terminal.Output, new BackupsDocument([BaseDocuments.Of(report)]), CliJson.Default.BackupsDocument);
        if (report.Finding is not { } finding) return 0;
        FaultText.TellTalk(terminal, finding);
        return finding.Code.ExitCode;
    }

    /// <summary>What is not in use any more is given up before the limit is reached, and not when the machine is short of memory.</summary>
    private static void Cap(int workers, long limit)
    {
        _ = CopyMemory.Of(workers, limit);
        AppContext.SetData("GCHeapHardLimit", (ulong)CopyMemory.Managed(limit));
        GC.RefreshMemoryLimit();
    }

    private static void Tell(Terminal terminal, BaseReport report, bool isCapped)
    {
        var (manifest, totals) = (report.Manifest, report.Manifest.Totals);
        terminal.Say($"base backup {manifest.Id} done in {Ages.InWords(report.Duration)}");
        terminal.Say($"  store           {report.Store}");
        terminal.Say($"  cluster         {Sizes.InWords(totals.Bytes)} in {Sizes.Count(totals.Files, "file")}, read {(report.IsOverSql ? "over SQL" : "from the disk")}; stored as {Sizes.InWords(totals.StoredBytes)}");
        if (manifest.Parent is { } parent) terminal.Say($"  increment       on {parent}: {Sizes.InWords(totals.NewBytes)} changed; it restores by itself");
        else if (report.WhyFull is { } why) terminal.Say($"  full            and not an increment: {why}");
        terminal.Say($"  memory          {(isCapped ? "at most" : "about")} {Sizes.InWords(report.Memory.Bytes)}, {Sizes.Count(report.Memory.Workers, "worker")}");
        terminal.Say($"  recovery point  {manifest.Wal.Stop.Time.UtcDateTime:yyyy-MM-dd HH:mm:ss.fff}Z");
        terminal.Say($"  wal             {manifest.Wal.Start.Lsn} to {manifest.Wal.Stop.Lsn}, all in the store{(report.OwnWal ? "; nobody else archives this cluster, so no moment after the recovery point can be reached: tidemark wal receive" : "")}");
        terminal.Say(!manifest.DataChecksums ? "  pages           not looked at: the cluster has no checksums" : report.BadPages == 0 ? "  pages           all checksums are right" : $"  pages           {report.BadPages} DAMAGED on the server");
        terminal.Say($"  try next        tidemark verify {manifest.Id}");
    }
}
