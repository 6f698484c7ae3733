using Tidemark.Hosting;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Hosting;

public sealed class GlanceTests
{
    private readonly SteppedClock clock = new();
    private readonly List<TaskCompletionSource<string>> looks = [];

    private static Task<Seen<string>> SeeAsync(Glance<string> glance, DateTimeOffset? changedAt = null) => glance.SeeAsync(changedAt, TestContext.Current.CancellationToken);

    private Glance<string> Glance() => new(_ =>
    {
        lock (looks) looks.Add(new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously));
        return looks[^1].Task;
    }, seen => seen.Failure is null ? TimeSpan.FromSeconds(15) : TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(3), clock);

    [Fact]
    public async Task A_hundred_who_ask_at_once_make_one_look_and_all_see_it()
    {
        var glance = Glance();
        var asked = Enumerable.Range(0, 100).Select(_ => SeeAsync(glance)).ToList();
        (await LookAsync(1)).SetResult("good");
        foreach (var seen in asked) Assert.Equal(("good", true), ((await seen).Found, (await seen).IsWhole));
        clock.Step(TimeSpan.FromSeconds(14));
        Assert.Equal("good", (await SeeAsync(glance)).Found);
        Assert.Single(looks);
        clock.Step(TimeSpan.FromSeconds(1));
        var next = SeeAsync(glance);
        (await LookAsync(2)).SetResult("better");
        Assert.Equal("better", (await next).Found);
    }

    [Fact]
    public async Task What_a_look_found_says_when_the_next_one_is_due()
    {
        var glance = Glance();
        var first = SeeAsync(glance);
        (await LookAsync(1)).SetException(new IOException("away"));
        Assert.NotNull((await first).Failure);
        clock.Step(TimeSpan.FromSeconds(5));
        var next = SeeAsync(glance);
        (await LookAsync(2)).SetResult("good");
        await next;
        clock.Step(TimeSpan.FromSeconds(14));
        Assert.Equal("good", (await SeeAsync(glance)).Found);
        Assert.Equal(2, looks.Count);
    }

    [Fact]
    public async Task A_look_that_hangs_keeps_nobody_longer_than_its_patience_and_from_nothing_that_was_seen()
    {
        var glance = Glance();
        var first = SeeAsync(glance);
        (await LookAsync(1)).SetResult("good");
        await first;
        clock.Step(TimeSpan.FromSeconds(15));
        var waiting = SeeAsync(glance);
        await LookAsync(2);
        await clock.TimersAsync(1);
        Assert.False(waiting.IsCompleted);
        clock.Step(TimeSpan.FromSeconds(3));
        Assert.Equal(("good", true, false), await waiting is var seen ? (seen.Found, seen.Overdue, seen.IsWhole) : default);
        // Who comes later does not wait again, nor begins another look.
        clock.Step(TimeSpan.FromMinutes(10));
        Assert.True((await SeeAsync(glance)).Overdue);
        Assert.Equal(2, looks.Count);
    }

    [Fact]
    public async Task A_failure_is_seen_beside_what_was_seen_before_and_is_over_with_the_next_look()
    {
        var glance = Glance();
        var first = SeeAsync(glance);
        (await LookAsync(1)).SetResult("good");
        await first;
        clock.Step(TimeSpan.FromSeconds(15));
        var second = SeeAsync(glance);
        (await LookAsync(2)).SetException(new IOException("gone"));
        Assert.Equal(("good", "gone", false), await second is var seen ? (seen.Found, seen.Failure?.Message, seen.IsWhole) : default);
        clock.Step(TimeSpan.FromSeconds(15));
        var third = SeeAsync(glance);
        (await LookAsync(3)).SetResult("back");
        Assert.Equal(("back", true), await third is var back ? (back.Found, back.IsWhole) : default);
    }

    [Fact]
    public async Task What_has_changed_since_is_looked_at_before_the_time()
    {
        var glance = Glance();
        var first = SeeAsync(glance);
        (await LookAsync(1)).SetResult("old");
        await first;
        clock.Step(TimeSpan.FromSeconds(2));
        Assert.Equal("old", (await SeeAsync(glance, clock.GetUtcNow().AddSeconds(-3))).Found);
        var next = SeeAsync(glance, clock.GetUtcNow());
        (await LookAsync(2)).SetResult("new");
        Assert.Equal("new", (await next).Found);
    }

    /// <summary>The n-th look, which another thread begins.</summary>
    private async Task<TaskCompletionSource<string>> LookAsync(int number)
    {
        while (true)
        {
            lock (looks)
                if (looks.Count >= number) return looks[number - 1];
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
    }
}
