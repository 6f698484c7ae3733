using Tidemark.BaseBackups;
using Tidemark.Tests.BaseBackups.Sweeping;
using Tidemark.Tests.Storage;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.BaseBackups;

public sealed class RunRenewalTests : IDisposable
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly SweptStore store = new();
    private readonly SteppedClock clock = new();
    private readonly TaskCompletionSource<string> work = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<string> remarks = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_of_weeks_is_heard_of_every_hour_and_no_sweeper_gives_it_up()
    {
        var id = await store.BeginAsync();
        var run = store.Renewal(id, clock, SweptStore.Grace, remarks.Add).WhileAsync(_ => work.Task, Token);
        for (var hour = 1; hour <= 16 * 24; hour++)
        {
            await PassAsync(Hour);
            Assert.Equal(store.Clock.Now, (await store.ListAsync()).Single().Heard);
            if (hour % 24 == 0) Assert.Empty((await store.SweepAsync()).GivenUp);
        }
        work.SetResult("done");
        Assert.Equal(("done", 0), (await run, remarks.Count));
        await clock.TimersAsync(0);
        // Whoever is not heard of is given up: that is what the marks were for.
        store.Pass(7.1);
        Assert.Equal([id.Text], (await store.SweepAsync()).GivenUp);
    }

    [Theory]
    [InlineData(24 * 7, 60)]
    [InlineData(1, 6)]
    public async Task It_is_told_ten_times_in_the_grace_time_and_every_hour_at_least(int graceHours, int minutes)
    {
        var standing = new JumpingClock(stands: true);
        var run = store.Renewal(await store.BeginAsync(), standing, TimeSpan.FromHours(graceHours), remarks.Add).WhileAsync(_ => work.Task, Token);
        Assert.Equal(TimeSpan.FromMinutes(minutes), Assert.Single(standing.Waits));
        work.SetResult("");
        await run;
    }

    [Fact]
    public async Task A_store_that_is_away_ends_nothing_is_told_once_and_tried_again()
    {
        var seen = new UnreliableStore(store.Memory) { Weather = (operation, _, _) => operation == "put" ? Loss.Request : Loss.None };
        var id = await store.BeginAsync();
        var run = store.Renewal(id, clock, SweptStore.Grace, remarks.Add, seen).WhileAsync(_ => work.Task, Token);
        var begun = store.Clock.Now;
        for (var hour = 0; hour < 3; hour++) await PassAsync(Hour);
        Assert.Contains("would be given up", Assert.Single(remarks), StringComparison.Ordinal);
        Assert.Equal(begun, (await store.ListAsync()).Single().Heard);
        seen.Weather = (_, _, _) => Loss.None;
        await PassAsync(Hour);
        Assert.Equal(store.Clock.Now, (await store.ListAsync()).Single().Heard);
        work.SetResult("done");
        Assert.Equal("done", await run);
    }

    [Fact]
    public async Task A_host_that_slept_past_the_grace_time_hears_that_its_run_was_given_up_and_ends_it()
    {
        var id = await store.BeginAsync();
        var run = store.Renewal(id, clock, SweptStore.Grace, remarks.Add).WhileAsync(async token =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
            return "";
        }, Token);
        await clock.TimersAsync(1);
        store.Pass(7.1);
        Assert.Equal([id.Text], (await store.SweepAsync()).GivenUp);
        clock.Step(Hour);
        Assert.Contains("given up", (await Assert.ThrowsAsync<Fault>(() => run.WaitAsync(TimeSpan.FromMinutes(1), Token))).What, StringComparison.Ordinal);
        Assert.DoesNotContain(await store.KeysAsync(), key => key.EndsWith(BaseMark.Renewed, StringComparison.Ordinal));
        Assert.Empty(remarks);
    }

    [Fact]
    public async Task What_ends_the_work_ends_the_run()
    {
        var run = store.Renewal(await store.BeginAsync(), clock, SweptStore.Grace, remarks.Add).WhileAsync(_ => work.Task, Token);
        work.SetException(new Fault(FaultCode.Unreachable, "the server went away"));
        Assert.Equal("the server went away", (await Assert.ThrowsAsync<Fault>(() => run)).What);
    }

    public void Dispose() => store.Dispose();

    /// <summary>On both clocks; returns when the run waits again.</summary>
    private async Task PassAsync(TimeSpan by)
    {
        await clock.TimersAsync(1);
        store.Pass(by.TotalDays);
        clock.Step(by);
        await clock.TimersAsync(1);
    }
}
