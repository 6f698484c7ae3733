using CsCheck;
using Tidemark.Repositories.Packs;

namespace Tidemark.Tests.BaseBackups.Sweeping;

/// <summary>Two writers and a sweeper, each stopped before every request for as long as a seed says, weeks included: no pack that a manifest names is ever lost.</summary>
public sealed class SweepOrderTests
{
    /// <summary>So few that runs make the same packs again, which is what a sweeper could take from under them, and so many that some are needed by nothing for weeks.</summary>
    private static readonly string[] Words = [.. "abcdefghijkl".Select(letter => $"{letter}")];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void In_no_order_of_two_writers_and_a_sweeper_a_pack_that_a_manifest_names_is_lost() => Try(3);

    [Fact]
    [Trait("takes", "minutes")]
    public void In_a_hundred_orders_neither() => Try(100);

    /// <summary>So the tests above can fail.</summary>
    [Fact]
    [Trait("takes", "minutes")]
    public async Task Without_the_last_questions_of_writers_one_is()
    {
        for (var seed = 0; seed < 2000; seed++)
            if (await RunAsync(seed, asks: false) is not null) return;
        Assert.Fail("none was lost");
    }

    private static void Try(int orders) => Gen.Int.Sample(seed => Assert.Null(RunAsync(seed).GetAwaiter().GetResult()), iter: orders);

    /// <returns>What was lost.</returns>
    private static async Task<string?> RunAsync(int seed, bool asks = true)
    {
        using var store = new SweptStore();
        using var turns = new Turns();
        var (chances, lost) = (new Chances((uint)seed), (string?)null);
        await turns.RunAsync(
            [() => WriteAsync(store, turns, chances.Own(), asks), () => WriteAsync(store, turns, chances.Own(), asks), () => SweepAsync(store, turns, chances.Own())],
            chances.Below,
            async () =>
            {
                // Mostly moments, at times as long as a host may be stopped: rare enough that most runs are not given up.
                store.Clock.Now += chances.Below(60) switch { 0 => TimeSpan.FromDays(8), 1 => TimeSpan.FromDays(3), 2 => TimeSpan.FromHours(2), _ => TimeSpan.FromSeconds(3) };
                if (!turns.MayHaveLost) return;
                turns.MayHaveLost = false;
                lost ??= await store.LostAsync() is { } what ? $"seed {seed}: {what}" : null;
            });
        return lost;
    }

    private static async Task WriteAsync(SweptStore store, Turns turns, Chances chances, bool asks)
    {
        var seen = turns.Of(store.Memory);
        // So many that they write until the sweeper, who asks for far more, has done with its rounds.
        for (var round = 0; round < 20; round++)
            try
            {
                var parents = (await store.ListAsync(seen)).Where(entry => entry.IsGood && entry.Marks.Tombstone is null).ToList();
                var parent = parents.Count == 0 || chances.Below(3) == 0 ? null : parents[chances.Below(parents.Count)];
                var id = await store.BeginAsync(parent?.Id, seen);
                if (chances.Below(5) == 0) continue; // Killed.
                var packs = new List<SealedPack>();
                if (parent is not null) await store.Bases(seen).ReadPacksAsync(parent.Id, parent.Refs!, (pack, size) => packs.Add(Words.Select(SweptStore.Pack).First(one => one.Id == pack)), Token);
                for (var at = chances.Below(3); at >= 0; at--) packs.Add(await store.PutAsync(Words[chances.Below(Words.Length)], seen));
                if (chances.Below(5) == 0) continue;
                await store.EndAsync(id, packs, parent?.Id, seen, asks);
            }
            catch (Fault)
            {
                // It is no backup then, and says so.
            }
    }

    private static async Task SweepAsync(SweptStore store, Turns turns, Chances chances)
    {
        var seen = turns.Of(store.Memory);
        for (var round = 0; round < 12; round++)
            try
            {
                var live = (await store.ListAsync(seen)).Where(entry => entry.IsGood && entry.Marks.Tombstone is null).ToList();
                if (chances.Below(2) == 0)
                    foreach (var old in live.Skip(1)) await store.ExpireAsync(old.Id, seen);
                await store.SweepAsync(seen);
            }
            catch (Fault)
            {
                // What it reads may go at any time.
            }
    }

    /// <summary>The same for a seed, always.</summary>
    private sealed class Chances(uint seed)
    {
        private ulong at = seed + 0x9E3779B97F4A7C15;

        public Chances Own() => new((uint)Below(int.MaxValue));

        public int Below(int end)
        {
            lock (this)
            {
                at += 0x9E3779B97F4A7C15;
                var mixed = (at ^ (at >> 30)) * 0xBF58476D1CE4E5B9;
                mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
                return (int)((mixed ^ (mixed >> 31)) % (ulong)end);
            }
        }
    }
}
