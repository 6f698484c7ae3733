using Tidemark.Dumps;
using Tidemark.Tests.Support;
using static Tidemark.Tests.Protection.Backups;

namespace Tidemark.Tests.Dumps;

public sealed class PendingDumpTests : IDisposable
{
    private readonly TempFolder scratch = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private DumpStores Stores => Kept.In(scratch["backups"]);

    [Fact]
    public async Task A_start_that_tidies_up_never_takes_a_dump_that_is_just_beginning()
    {
        Stores.Prepare();
        using var enough = new CancellationTokenSource();
        var tidying = Task.Run(async () =>
        {
            var swept = 0;
            while (!enough.IsCancellationRequested) swept += (await PendingDump.TidyAsync(Stores, TimeProvider.System, Token)).Count;
            return swept;
        }, Token);
        for (var i = 0; i < 300; i++)
        {
            using var pending = Begin($"run-{i}", "a.dump");
            Assert.True(File.Exists(scratch[$"backups/.tidemark/pending/run-{i}/intent.json"]), $"dump {i} has lost its folder");
        }
        await enough.CancelAsync();
        Assert.Equal(0, await tidying);
        Assert.Empty(Left());
    }

    [Fact]
    public async Task What_is_left_of_a_run_is_told_as_what_it_is()
    {
        Leave("half", "a.dump");
        Directory.CreateDirectory(scratch["backups/.tidemark/pending/done"]);
        var told = (await TidyAsync()).Order(StringComparer.Ordinal).ToArray();
        Assert.StartsWith("removed the empty pending folder of a run that was ended: done;", told[0], StringComparison.Ordinal);
        Assert.Equal("swept an unfinished dump of a run that was ended: half", told[1]);
        Assert.Empty(Left());
    }

    [Fact]
    public async Task A_dump_that_another_machine_may_be_writing_is_left_alone_for_a_day()
    {
        Leave("theirs", "a.dump");
        scratch.Write("backups/.tidemark/pending/theirs.lock", "process 4711 on db2, boot 11111111-2222-3333-4444-555555555555, since 2026-11-23T02:00:00Z\n");
        var clock = new StoppedClock(new DateTimeOffset(2026, 11, 24, 1, 59, 0, TimeSpan.Zero));
        Assert.Empty(await PendingDump.TidyAsync(Stores, clock, Token));
        Assert.True(File.Exists(scratch["backups/.tidemark/pending/theirs/intent.json"]));
        clock.Now += TimeSpan.FromMinutes(2);
        Assert.Single(await PendingDump.TidyAsync(Stores, clock, Token));
        Assert.Empty(Left());
    }

    /// <summary>Killed after each step of the naming, and begun again.</summary>
    [Theory]
    [InlineData("nothing was done")]
    [InlineData("the dump has its name")]
    [InlineData("the globals are there")]
    [InlineData("all was done but to forget it")]
    public async Task A_dump_that_was_decided_is_finished_wherever_it_was_killed(string killed)
    {
        var manifest = Of("nightly.sql.gz", 0).Manifest! with { File = "nightly.hash.sql.gz", Size = 4, Sha256 = "s", Globals = null };
        using (var pending = Begin("run", "nightly.sql.gz")) pending.Decide(manifest, "roles"u8.ToArray(), Kept.NoKeys);
        scratch.Write(killed == "nothing was done" ? "backups/nightly.sql.gz" : "backups/nightly.hash.sql.gz", "dump");
        if (killed == "the globals are there") scratch.Write("backups/nightly.hash.globals.sql", "roles");
        if (killed.StartsWith("all", StringComparison.Ordinal))
        {
            Assert.Single(await TidyAsync());
            using var again = Begin("run", "nightly.sql.gz");
            again.Decide(manifest, "roles"u8.ToArray(), Kept.NoKeys);
        }
        Assert.Equal("finished a dump that was whole and checked, but not yet named when its run was ended: nightly.hash.sql.gz", Assert.Single(await TidyAsync()));
        Assert.Equal(["nightly.hash.globals.sql", "nightly.hash.sql.gz", "nightly.hash.sql.gz.json"], Directory.GetFiles(scratch["backups"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal((DumpState.Good, "nightly.hash.globals.sql"), (Kept.Catalog(scratch["backups"]).Of("nightly.hash.sql.gz").State, Kept.Catalog(scratch["backups"]).Of("nightly.hash.sql.gz").Manifest!.Globals));
        Assert.Empty(Left());
    }

    [Fact]
    public async Task A_decided_dump_whose_bytes_are_not_there_is_swept_and_never_named()
    {
        using (var pending = Begin("run", "nightly.sql.gz")) pending.Decide(Of("nightly.sql.gz", 0).Manifest! with { Globals = null }, null, Kept.NoKeys);
        scratch.Write("backups/nightly.sql.gz", "a part of it");
        Assert.Equal("swept an unfinished dump of a run that was ended: run", Assert.Single(await TidyAsync()));
        Assert.Equal(DumpState.Foreign, Kept.Catalog(scratch["backups"]).Of("nightly.sql.gz").State);
    }

    [Fact]
    public async Task A_name_that_is_taken_gets_a_number_and_what_is_there_stays()
    {
        scratch.Write("backups/nightly.hash.sql.gz.json", "{}");
        scratch.Write("backups/nightly.sql.gz", "dump");
        using var pending = Begin("run", "nightly.sql.gz");
        pending.Decide(Of("nightly.sql.gz", 0).Manifest! with { File = "nightly.hash.sql.gz", Size = 4, Globals = null }, null, Kept.NoKeys);
        var named = await pending.FinishAsync(Stores.All[0], Token);
        Assert.Equal("nightly.hash-2.sql.gz", named!.File);
        Assert.Equal(("dump", "{}"), (File.ReadAllText(scratch["backups/nightly.hash-2.sql.gz"]), File.ReadAllText(scratch["backups/nightly.hash.sql.gz.json"])));
    }

    public void Dispose() => scratch.Dispose();

    private PendingDump Begin(string name, string key) => PendingDump.Create(Stores.State, name, new PendingIntent(key, [Stores.Address]), TimeProvider.System);

    private void Leave(string name, string key) =>
        scratch.Write($"backups/.tidemark/pending/{name}/intent.json", $$"""{"key":"{{key}}","stores":["{{Stores.Address}}"]}""");

    private Task<IReadOnlyList<string>> TidyAsync() => PendingDump.TidyAsync(Stores, TimeProvider.System, Token);

    private string[] Left() => Directory.GetFileSystemEntries(scratch["backups/.tidemark/pending"]);
}
