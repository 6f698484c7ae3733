using Tidemark.Dumps;
using Tidemark.Tests.Support;
using static Tidemark.Tests.Protection.Backups;

namespace Tidemark.Tests.Dumps;

public sealed class PendingDumpTests : IDisposable
{
    private readonly TempFolder scratch = new();

    [Fact]
    public async Task A_start_that_tidies_up_never_takes_a_dump_that_is_just_beginning()
    {
        var folder = new DumpFolder(scratch["backups"]);
        folder.Prepare();
        using var enough = new CancellationTokenSource();
        var tidying = Task.Run(() =>
        {
            var swept = 0;
            while (!enough.IsCancellationRequested) swept += PendingDump.Tidy(folder, TimeProvider.System).Count;
            return swept;
        }, TestContext.Current.CancellationToken);
        for (var i = 0; i < 300; i++)
        {
            using var pending = PendingDump.Create(folder, $"run-{i}", TimeProvider.System);
            Assert.True(Directory.Exists(pending.Path), $"dump {i} has lost its folder");
        }
        await enough.CancelAsync();
        Assert.Equal(0, await tidying);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Pending));
    }

    [Fact]
    public void What_is_left_of_a_run_is_told_as_what_it_is()
    {
        var folder = new DumpFolder(scratch["backups"]);
        scratch.Write("backups/.tidemark/pending/half/dump", "half");
        Directory.CreateDirectory(scratch["backups/.tidemark/pending/done"]);
        var told = PendingDump.Tidy(folder, TimeProvider.System).Order(StringComparer.Ordinal).ToArray();
        Assert.StartsWith("removed the empty pending folder of a run that was ended: done;", told[0], StringComparison.Ordinal);
        Assert.Equal("swept an unfinished dump of a run that was ended: half", told[1]);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Pending));
    }

    [Fact]
    public void A_dump_that_another_machine_may_be_writing_is_left_alone_for_a_day()
    {
        var folder = new DumpFolder(scratch["backups"]);
        scratch.Write("backups/.tidemark/pending/theirs/dump", "half");
        scratch.Write("backups/.tidemark/pending/theirs.lock", "process 4711 on db2, boot 11111111-2222-3333-4444-555555555555, since 2026-11-23T02:00:00Z\n");
        var clock = new StoppedClock(new DateTimeOffset(2026, 11, 24, 1, 59, 0, TimeSpan.Zero));
        Assert.Empty(PendingDump.Tidy(folder, clock));
        Assert.True(File.Exists(scratch["backups/.tidemark/pending/theirs/dump"]));
        clock.Now += TimeSpan.FromMinutes(2);
        Assert.Single(PendingDump.Tidy(folder, clock));
        Assert.Empty(Directory.GetFileSystemEntries(folder.Pending));
    }

    [Fact]
    public void A_name_whose_manifest_was_left_alone_is_passed_over()
    {
        var folder = new DumpFolder(scratch["backups"]);
        folder.Prepare();
        scratch.Write("backups/nightly.sql.gz.json", "{}");
        using var pending = PendingDump.Create(folder, "run", TimeProvider.System);
        File.WriteAllText(pending.Dump, "dump");
        var published = pending.Publish(Of("nightly.sql.gz", 0).Manifest! with { Globals = null });
        Assert.Equal("nightly-2.sql.gz", published.File);
        Assert.Equal(("dump", "{}"), (File.ReadAllText(folder.PathOf("nightly-2.sql.gz")), File.ReadAllText(scratch["backups/nightly.sql.gz.json"])));
    }

    public void Dispose() => scratch.Dispose();
}
