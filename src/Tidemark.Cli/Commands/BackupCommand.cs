using System.CommandLine;
using Tidemark.Cli.Output;
using Tidemark.Cli.Teaching;
using Tidemark.Configuration;
using Tidemark.Dumps;
using Tidemark.Files;
using Tidemark.Hosting;
using Tidemark.Postgres;
using Tidemark.Restores;
using Tidemark.Runs;

namespace Tidemark.Cli.Commands;

internal static class BackupCommand
{
    public static Command Build(Terminal terminal)
    {
        var kind = new Option<string>("--kind") { Description = "dump (default): one database, by pg_dump. base: the whole server, for point-in-time recovery", DefaultValueFactory = _ => "dump" }.Completes("dump", "base");
        var format = new Option<string?>("--format") { Description = "custom (default): <db>/<YYYY>/<MM>/<DD>/backup-<time>.dump. sql.gz: <label>.<sha256>.sql.gz. Also BACKUP_FORMAT" }.Completes("custom", "sql.gz");
        var label = new Option<string?>("--label") { Description = "a name of your own: letters, digits and . _ - + @, at most 100" };
        var database = new Option<string?>("--database") { Description = "a,b for several databases of the server, all for every one (default: the one in DATABASE_URL)" }.Completes(LiveValue.DatabasesOrAll);
        var noCheck = new Option<bool>("--no-check") { Description = "do not read the dump on its way; it counts as good only after tidemark verify" };
        var incremental = new Option<bool>("--incremental") { Description = "with --kind base: store only what the newest backup does not hold; it restores by itself all the same" };
        var jobs = new Option<int?>("--jobs") { Description = "with --kind base: how many read at a time (default: one a core)", HelpName = "N" };
        var memory = new Option<string?>("--memory") { Description = "with --kind base: use no more than this, such as 256MiB", HelpName = "SIZE" };
        var type = new Option<string?>("--type") { Hidden = true };
        var command = new Command("backup", "Take a backup, check it, and purge old ones.") { kind, format, label, database, noCheck, incremental, jobs, memory, type };
        command.SetAction(async (parsed, token) =>
        {
            RequireKind(parsed.GetValue(kind)!, parsed.GetValue(type));
            if (parsed.GetValue(kind) == "base")
            {
                RefuseWithBase([(format, parsed.GetValue(format) is not null), (database, parsed.GetValue(database) is not null), (noCheck, parsed.GetValue(noCheck))]);
                return await BackupOfCluster.RunAsync(terminal, parsed.GetValue(label) is { } name ? DumpName.CheckedLabel(name) : null, parsed.GetValue(incremental), Jobs(parsed.GetValue(jobs)), Memory(parsed.GetValue(memory)), token);
            }
            RefuseWithDump([(incremental, parsed.GetValue(incremental)), (jobs, parsed.GetValue(jobs) is not null), (memory, parsed.GetValue(memory) is not null)]);
            var session = Session.Open(terminal);
            var checkedLabel = parsed.GetValue(label) is { } given ? DumpName.CheckedLabel(given) : null;
            var chosen = parsed.GetValue(format) is { } named ? DumpFormats.Parse(named) : session.Options.Format is { } set ? DumpFormats.Parse(set) : DumpFormat.Custom;
            await session.TidyAsync(session.Database, token);
            var databases = await session.Recorder.RecordFailureAsync(RunKind.Backup, session.Database.Database, () => DatabasesAsync(terminal, session.Database, parsed.GetValue(database), token));
            var run = new BackupRun(session.Recorder, session.Dumps, session.Stores, session.Options.Retention, session.Clock);
            var made = new List<BackupRunReport>();
            var failed = new List<Fault>();
            foreach (var name in databases)
            {
                var options = new DumpOptions { Address = session.Database, Database = name, Format = chosen, Label = checkedLabel, LockWait = session.Options.LockWait, OneOfSeveral = databases.Count > 1, Check = !parsed.GetValue(noCheck) };
                var progress = new ProgressLine<DumpProgress>(terminal, session.Clock, (at, elapsed) => $"dumping \"{name}\": {ProgressWords.Of(at, elapsed)}");
                try
                {
                    var report = await progress.WhileAsync($"dumping \"{name}\"", () => run.RunAsync(options, progress, token));
                    made.Add(report);
                    Tell(terminal, report);
                }
                catch (Fault fault) when (databases.Count > 1)
                {
                    failed.Add(fault);
                    FaultText.TellTalk(terminal, fault);
                }
            }
            foreach (var store in session.Stores.All)
                if (store.Folder is { } folder && Directory.Exists(folder) && FolderMode.Objection(folder) is { } open) terminal.Remark($"warning: {open}");
            foreach (var part in made.SelectMany(report => report.Unseen).Distinct()) terminal.Remark($"warning: {part}");
            if (terminal.Json) CliJson.Write(terminal.Output, new BackupsDocument(await MadeAsync(made, token)), CliJson.Default.BackupsDocument);
            return failed.Count == 0 && made.All(report => report.Dump.Copies.All(copy => copy.Fault is null)) ? 0 : made.Count == 0 ? failed[0].Code.ExitCode : FaultCode.Partly.ExitCode;
        });
        return command.Teach(CommandGroup.BackUp,
            ("tidemark backup", "the database in DATABASE_URL, checked, in BACKUP_DIR"),
            ("tidemark backup --format sql.gz --label before-release", "one compressed SQL file, with a name of yours in front"),
            ("tidemark backup --database all", "every database of the server, each into a backup of its own"),
            ("tidemark backup --kind base", "the whole server, to restore it to any moment from here on"));
    }

    private static void RequireKind(string kind, string? type)
    {
        if (type is not null)
            throw new Fault(FaultCode.Usage, "--type is pgBackRest's word; here it is --kind") { Where = $"--type {type}", Why = WhatTypeMeansHere(type), Next = "tidemark backup --kind dump" };
        if (kind is not ("dump" or "base"))
            throw new Fault(FaultCode.Usage, $"\"{kind}\" is no kind of backup") { Where = $"--kind {kind}", Why = "the kinds are dump and base", Next = "tidemark backup --kind dump" };
    }

    private static void RefuseWithBase(IEnumerable<(Option Option, bool IsGiven)> options)
    {
        foreach (var (option, _) in options.Where(one => one.IsGiven))
            throw new Fault(FaultCode.Usage, $"{option.Name} is of dumps only") { Where = "--kind base", Why = "a base backup is of the whole server", Next = "tidemark backup --kind base" };
    }

    private static void RefuseWithDump(IEnumerable<(Option Option, bool IsGiven)> options)
    {
        foreach (var (option, _) in options.Where(one => one.IsGiven))
            throw new Fault(FaultCode.Usage, $"{option.Name} is of base backups only") { Why = "a dump is made by pg_dump, which reads everything through one connection", Next = $"tidemark backup --kind base {option.Name}" };
    }

    private const int MostJobs = 128;

    private static int Jobs(int? given) => given is null ? Environment.ProcessorCount : given is >= 1 and <= MostJobs ? given.Value
        : throw new Fault(FaultCode.Usage, "--jobs is a number from 1 to 128") { Where = $"--jobs {given}", Next = "tidemark backup --kind base --jobs 4" };

    private static long? Memory(string? given) => given is null ? null : ByteCount.TryParse(given, out var count) ? count.Bytes
        : throw new Fault(FaultCode.Usage, "--memory is no number of bytes") { Where = $"--memory {given}", Why = "it is a whole number and one of kB, MB, GB, KiB, MiB, GiB", Next = "tidemark backup --kind base --memory 256MiB" };

    private static string WhatTypeMeansHere(string type) => type switch
    {
        "full" => "a dump, of one database, is always a full backup",
        "incr" or "diff" => "a dump, of one database, is always a full backup; base backups, of the whole server, have --kind base --incremental",
        _ => "the kinds are dump (one database) and base (the whole server)",
    };

    private static async Task<IReadOnlyList<string>> DatabasesAsync(Terminal terminal, DatabaseAddress address, string? wanted, CancellationToken token)
    {
        if (wanted is null) return [address.Database];
        if (wanted != "all") return wanted.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var server = await ServerDatabases.ReadAsync(address, token);
        if (server.LeftOut.Count > 0) terminal.Remark($"left out, as restores made them: {string.Join(", ", server.LeftOut)}; to back one up, name it: --database NAME");
        return server.Names;
    }

    private static void Tell(Terminal terminal, BackupRunReport report)
    {
        var manifest = report.Dump.Kept.Manifest! with { Rows = report.Dump.Manifest.Rows, Gaps = report.Dump.Manifest.Gaps, Warnings = report.Dump.Manifest.Warnings };
        terminal.Say($"backup {manifest.Id} of \"{manifest.Database}\" done in {Ages.InWords(report.Dump.Duration)}");
        foreach (var copy in report.Dump.Copies)
            if (copy.Manifest is not null) terminal.Say($"  file            {copy.Store.PathOf(copy.Manifest.File)} ({Sizes.InWords(manifest.Size)})");
            else FaultText.TellTalk(terminal, copy.Fault!);
        if (manifest.Recipients.Count > 0) terminal.Say($"  encrypted to    {string.Join(", ", manifest.Recipients)}");
        terminal.Say($"  recovery point  {manifest.RecoveryPoint:yyyy-MM-dd HH:mm:ss.fff}Z");
        terminal.Say(manifest.Check == DumpManifest.FullCheck
            ? $"  checked         read to its end on the way: {Sizes.Count(manifest.Rows.Count, "table")}, {Sizes.Count(manifest.Rows.Sum(table => table.Rows), "row")}, trailer seen"
            : "  checked         not checked: it counts as good only after tidemark verify");
        foreach (var gap in manifest.Gaps) terminal.Say($"  not in the dump {gap.Kind} {gap.Object}: {gap.Why}");
        foreach (var warning in manifest.Warnings) terminal.Say($"  warning         {warning}");
        foreach (var purged in report.Purged)
            if (purged.Fault is null) terminal.Say($"  purged          {purged.Entry.Key} ({purged.Decision.Expiry!.Text})");
            else terminal.Remark($"not purged: {purged.Entry.Key}: {purged.Fault.What}{(purged.Fault.Why is { } why ? $" ({why})" : "")}");
        terminal.Say($"  try next        tidemark {(manifest.Check == DumpManifest.FullCheck ? "restore" : "verify")} {manifest.Id}");
    }

    private static async Task<IReadOnlyList<BackupDocument>> MadeAsync(List<BackupRunReport> made, CancellationToken token)
    {
        var documents = new List<BackupDocument>();
        foreach (var report in made)
        {
            var copies = new List<DumpEntry>();
            foreach (var copy in report.Dump.Copies.Where(copy => copy.Manifest is not null)) copies.Add(await new DumpCatalog(copy.Store).OfKeyAsync(copy.Manifest!.File, outside: false, token));
            var document = await BackupDocument.OfAsync(copies[0] with { Copies = copies }, token);
            documents.Add(document with { Copies = [.. document.Copies, .. report.Dump.Copies.Where(copy => copy.Fault is not null).Select(CopyDocument.OfFailed)] });
        }
        return documents;
    }
}
