using Tidemark.Processes;
using Tidemark.Protection;
using Tidemark.Restores.Bases;

namespace Tidemark.Cli.Output;

/// <summary>The restore of a base backup, planned and done.</summary>
internal static class BaseRestoreText
{
    public static void TellPlan(Terminal terminal, RestoreOutlook outlook, RestoreForecast? measured)
    {
        if (terminal.Json) CliJson.Write(terminal.Output, BaseOutlookDocument.Of(outlook, measured), CliJson.Default.BaseOutlookDocument);
        var (plan, target) = (outlook.Plan, outlook.Target);
        terminal.Say($"plan: restore base backup {plan.Road.Base.Id} into {target.Path}");
        Tell(terminal, plan);
        if (target.State != TargetState.Free) terminal.Say($"  what is there   {Of(target.State)}");
        if (outlook.Delta is { } delta)
        {
            terminal.Say($"  would write     {Sizes.Count(delta.Files, "file")}, {Sizes.InWords(delta.Bytes)}; {Sizes.InWords(delta.Kept)} stand there already");
            if (delta.Removed > 0) terminal.Say($"  would remove    {Sizes.Count(delta.Removed, "thing")} that the backup has not, {Sizes.InWords(delta.RemovedBytes)}: {string.Join(", ", delta.FirstRemoved)}{(delta.Removed > delta.FirstRemoved.Count ? " …" : "")}");
        }
        terminal.Say($"  size            {Sizes.InWords(plan.Road.Manifest.Totals.Bytes)} and {Sizes.Count((long)plan.Segments, "segment")} of WAL ({Sizes.InWords(plan.WalBytes)}), free {Sizes.InWords(outlook.Room.Free)}");
        terminal.Say($"  wal             {(outlook.Wal == WalWay.Local ? "laid into pg_wal beforehand" : "fetched by the server as it goes")}");
        terminal.Say($"  may take        {measured?.InWords ?? $"{Ages.InWords(outlook.Trial.Least)} to {Ages.InWords(outlook.Trial.Most)}, replay included: never measured, a guess by a trial reading"}; one reader gets {Sizes.InWords(outlook.Trial.BytesPerSecond)}/s out of the store");
        terminal.Say($"  programs        {(outlook.Programs is { } programs ? $"PostgreSQL {programs.Version} in {programs.Folder}" : "none of this version here")}");
        foreach (var (link, folder) in outlook.Outside.ByPath) terminal.Say($"  {(link == "pg_wal" ? "wal folder " : "tablespace ")}     {folder}");
        foreach (var (name, value) in outlook.Settings.Where(line => line.Value.Length > 0)) terminal.Say($"  setting         {name} = '{value}'");
        foreach (var warning in outlook.Warnings) terminal.Say($"  warning         {warning}");
        if (!outlook.Room.HoldsData(plan)) terminal.Say("  TOO LITTLE ROOM the restore would be refused");
        terminal.Say("nothing was done (--dry-run)");
    }

    public static void Tell(Terminal terminal, BaseRestoreReport report, ReplayReport? replay)
    {
        if (terminal.Json) CliJson.Write(terminal.Output, BaseRestoreDocument.Of(report, replay), CliJson.Default.BaseRestoreDocument);
        terminal.Say($"restored base backup {report.Plan.Road.Base.Id} into {report.Folder} in {Ages.InWords(report.Duration)}");
        Tell(terminal, report.Plan);
        terminal.Say($"  written         {Sizes.Count(report.Files, "file")}, {Sizes.InWords(report.Written)}{(report.Written < report.Bytes ? $"; {Sizes.InWords(report.Bytes - report.Written)} stood there already" : "")}{(report.Removed > 0 ? $"; removed {Sizes.Count(report.Removed, "thing")} that the backup has not" : "")}");
        terminal.Say($"  wal             {(report.Wal == WalWay.Local ? $"{Sizes.Count((long)report.Plan.Segments, "segment")} laid into pg_wal" : $"the server fetches it, tried as {report.Owner}")}");
        foreach (var aside in report.Aside) terminal.Say($"  moved aside     {aside}");
        terminal.Say($"  {Told(report.Manner.Role)}");
        if (replay is not null) Tell(terminal, replay);
        foreach (var warning in (IEnumerable<string>)[.. report.Warnings, .. replay?.Warnings ?? []]) terminal.Say($"  warning         {warning}");
        if (Next(report, replay) is { } next) terminal.Say($"  try next        {next}");
    }

    private static void Tell(Terminal terminal, ReplayReport replay)
    {
        terminal.Say($"  server          {replay.Outcome switch { ReplayOutcome.Paused => "waits at its target, readable", ReplayOutcome.Promoted => "takes writes", _ => "is a standby" }}{(replay.Port is { } port ? $", on port {port}" : "")}; recovery took {Ages.InWords(replay.Duration)}");
        terminal.Say($"  reached         {(replay.LastCommit is { } commit ? $"the commit of {RecoveryTarget.Told(commit)}" : "no commit behind the backup's")}{(replay.Reached is { } lsn ? $", at {lsn}" : "")}, on timeline {replay.Timeline.Value}");
        terminal.Say($"  its log         {replay.Log}");
    }

    private static void Tell(Terminal terminal, RecoveryPlan plan)
    {
        terminal.Say($"  version         PostgreSQL {plan.Road.Manifest.ServerVersion / 10000}.{plan.Road.Manifest.ServerVersion % 10000}");
        terminal.Say($"  backup of       {RecoveryTarget.Told(plan.Road.ConsistentAt)}, consistent at {plan.Road.Consistent}");
        terminal.Say($"  recovers to     {Stop(plan)}, on timeline {plan.Road.History.Timeline.Value}");
    }

    private static string Stop(RecoveryPlan plan) => plan.Stop switch
    {
        RecoveryStop.Immediate => "the end of the backup",
        RecoveryStop.Place when plan.Reached is { } commit => $"the commit of {RecoveryTarget.Told(commit)} at {plan.At}",
        RecoveryStop.Place => $"{plan.At}",
        _ => $"the end of the stored log, {plan.WalEnd}",
    };

    private static string Of(TargetState state) => state switch
    {
        TargetState.Unfinished => "the half work of a restore that was ended: it is gone on with",
        TargetState.Aside => "is renamed (--move-aside)",
        _ => "is mended (--delta); its pg_wal is moved aside",
    };

    private static string Told(RestoredRole role) => role switch
    {
        RestoredRole.Primary => "the server      archives and follows publications as the lost one did; it waits for no standby",
        RestoredRole.Standby => "a standby       it follows its primary, and fetches WAL that this one has no more",
        _ => "a copy          it archives nothing and follows no publication, until the lines are removed that postgresql.auto.conf names",
    };

    private static string? Next(BaseRestoreReport report, ReplayReport? replay) => replay switch
    {
        // pg_verifybackup reads the WAL of pg_wal too.
        null => $"pg_verifybackup {(report.Wal == WalWay.Local ? "" : "-n ")}{ShellWord.Quote(report.Folder)} && pg_ctl start -D {ShellWord.Quote(report.Folder)}",
        { Outcome: ReplayOutcome.Paused } => $"psql -p {replay.Port} # look; then: select pg_wal_replay_resume() makes it a server of its own",
        _ => null,
    };
}
