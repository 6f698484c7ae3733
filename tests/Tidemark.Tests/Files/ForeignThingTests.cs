using Tidemark.Audit;
using Tidemark.Configuration;
using Tidemark.Journal;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Files;

/// <summary>A FIFO under a name of ours is told, and nobody waits for it.</summary>
public sealed class ForeignThingTests : IDisposable
{
    private readonly TempFolder folder = new();

    [Fact]
    public async Task A_fifo_in_the_place_of_the_journal_is_told()
    {
        Fifo.Make(folder[RunJournal.FileName]);
        foreach (var open in (Action[])[() => RunJournal.Open(folder.Path), () => JournalReader.Open(folder.Path)])
            Assert.Equal("it is a FIFO", (await RefusedAsync(open)).Why);
        Assert.Contains("it is a FIFO", (await WithinAsync(() => RunHistory.Read(folder.Path))).Finding, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fifo_in_the_place_of_the_audit_log_is_told()
    {
        Fifo.Make(AuditLog.PathIn(folder.Path));
        Assert.Equal("it is a FIFO", (await RefusedAsync(() => AuditTally.Read(folder.Path))).Why);
        Assert.Equal("it is a FIFO", (await RefusedAsync(() => new AuditLog(folder.Path).Write(new AuditEvent { At = DateTimeOffset.UnixEpoch, Action = "A", Outcome = "ok", Actor = "me", Database = "db" }))).Why);
    }

    [Fact]
    public async Task A_fifo_in_the_place_of_the_settings_is_refused()
    {
        Fifo.Make(folder[DotEnv.FileName]);
        var refused = await RefusedAsync(() => DotEnv.FindAndRead(folder.Path));
        Assert.Equal((FaultCode.Configuration, "it is a FIFO"), (refused.Code, refused.Why));
    }

    [Fact]
    public void A_setting_that_is_said_twice_is_a_fault_and_a_name_of_others_is_not()
    {
        folder.Write(DotEnv.FileName, "ENV=production\nTHEIRS=1\nTHEIRS=2\nENV=dev\n");
        Assert.Contains(".env:4: ENV is said twice, in line 1 already", Assert.Throws<Fault>(() => DotEnv.FindAndRead(folder.Path)).What, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private static async Task<Fault> RefusedAsync(Action act) => await Assert.ThrowsAsync<Fault>(() => WithinAsync(() =>
    {
        act();
        return 0;
    }));

    /// <summary>What waits for a FIFO waits for ever: the test fails instead.</summary>
    private static Task<T> WithinAsync<T>(Func<T> act) => Task.Factory.StartNew(act, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
}
