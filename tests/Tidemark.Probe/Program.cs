using System.Text;
using Tidemark;
using Tidemark.Files;
using Tidemark.Journal;
using Tidemark.Postgres.Wal;
using Tidemark.Storage.Local;
using Tidemark.Tests.Support;

// A process of its own for tests that break system calls (strace), kill (SIGKILL) or fill a disk. Ends with the fault's exit code.
try
{
    switch (args)
    {
        case ["publish", var pending, var final]:
            using (var file = DurableFile.Create(pending))
            {
                file.Stream.Write(Encoding.UTF8.GetBytes("whole"));
                file.Publish(final);
            }

            return 0;
        case ["replace", var path]:
            DurableFile.WriteWhole(path, Encoding.UTF8.GetBytes("new"), replace: true);
            return 0;
        case ["settle", var folder, var key]:
            await using (var store = new LocalObjectStore(folder)) await store.SettleAsync(key, CancellationToken.None);
            return 0;
        case ["large-map", var folder, var files, var changed]:
            await Tidemark.Probe.LargeMap.RunAsync(folder, int.Parse(files), int.Parse(changed));
            return 0;
        case ["large-store", var folder, var step, .. var argument]:
            await Tidemark.Probe.LargeStoreSteps.RunAsync(folder, step, argument is [var one] ? one : null);
            return 0;
        case ["append", var path, var line]:
            DurableFile.AppendLine(path, line);
            return 0;
        case ["write-forever", var pending]:
            using (var file = DurableFile.Create(pending))
            {
                file.Stream.Write(new byte[4096]);
                Console.WriteLine("writing");
                await Task.Delay(Timeout.Infinite);
            }

            return 0;
        case ["lock", var path]:
            using (FileLock.Acquire(path, "the probe", TimeProvider.System))
            {
                Console.WriteLine("locked");
                await Task.Delay(Timeout.Infinite);
            }

            return 0;
        case ["journal", var state, var name, var count]:
            for (var n = 0; n < int.Parse(count); n++)
            {
                using var journal = RunJournal.Open(state);
                var run = new RunRow { Id = $"{name}-{n}", Kind = "backup", Database = "shop", Actor = "probe", StartedAt = TimeProvider.System.GetUtcNow(), State = RunState.Running };
                journal.Write(run, noticed: false);
                journal.Write(run with { State = RunState.Failed, FinishedAt = run.StartedAt, ErrorCode = "failed", Error = "on purpose" }, noticed: true);
            }

            return 0;
        case ["runs", var state]:
            using (var journal = JournalReader.Open(state)!)
                Console.Error.WriteLine($"{journal.Runs(new RunFilter(null, null, null, 100)).Count} runs, {journal.OpenNotices().Count} notices");
            return 0;
        case ["wal-records", .. var segments]:
            foreach (var line in WalLines.Of(segments.Select(File.ReadAllBytes), 1 << 18)) Console.WriteLine(line);
            return 0;
        case ["wal-check", .. var segments]:
            foreach (var segment in segments)
            {
                var check = new WalSegmentCheck(WalSegmentName.TryParse(Path.GetFileName(segment), out var name) ? name : default, null);
                check.Append(File.ReadAllBytes(segment));
                if (check.Finish() is { IsGood: false } verdict) Console.WriteLine(verdict.Why);
            }

            return 0;
        default:
            return FaultCode.Usage.ExitCode;
    }
}
catch (Fault fault)
{
    Console.Error.WriteLine($"{fault.Code}: {fault.What} | {fault.Where} | {fault.Why} | {fault.Left}");
    return fault.Code.ExitCode;
}
