using System.Security.Cryptography;

namespace Tidemark.Storage;

/// <summary>The promises of <see cref="IObjectStore"/>, each tried on a real store: by the tests of every store, and by a user on their own.</summary>
internal static class StorePromises
{
    /// <summary>S3 gives 1,000 keys a page, Azure 5,000.</summary>
    private const int MoreThanAPage = 1_050;

    public static readonly IReadOnlyList<StorePromise> All =
    [
        new("what was put comes back", PutsComeBackAsync),
        new("an object of several parts comes back", UploadsComeBackAsync),
        new("what is not there is said to be missing", MissingIsSaidAsync),
        new("an object that is there can be left, or replaced", ModesAreKeptAsync),
        new("of two first writers one wins", OneFirstWriterWinsAsync),
        new("a part of an object can be read", RangesAreReadAsync),
        new("an upload is not there before it is complete", UploadsAreWholeOrNotThereAsync),
        new("an object can be given another name", MovesAreWholeAsync),
        new("odd names come back", OddNamesComeBackAsync),
        new("a listing is complete beyond a page", ListingsAreCompleteAsync),
        new("a name that leads out of the store is refused", ClimbingIsRefusedAsync),
    ];

    private static async Task PutsComeBackAsync(StoreTrial trial)
    {
        foreach (var size in (int[])[0, 1, 100_000])
        {
            var bytes = StoreTrial.Bytes(size);
            trial.Require(await trial.Store.PutAsync(trial.Key($"put-{size}"), bytes, PutMode.IfAbsent, trial.Token), "a new object was not taken");
            trial.Require((await trial.ReadAsync($"put-{size}")).AsSpan().SequenceEqual(bytes), $"{size} bytes came back changed");
            var found = await trial.Store.FindAsync(trial.Key($"put-{size}"), trial.Token);
            trial.Require(found?.Size == size, $"an object of {size} bytes is said to have {found?.Size.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "gone"}");
            trial.Require(await trial.Store.DeleteAsync(trial.Key($"put-{size}"), trial.Token), "an object that was there could not be removed");
            trial.Require(await trial.Store.FindAsync(trial.Key($"put-{size}"), trial.Token) is null, "a removed object is still there");
        }
    }

    private static async Task UploadsComeBackAsync(StoreTrial trial)
    {
        foreach (var size in (int[])[0, 1, 20_000_003])
        {
            var bytes = StoreTrial.Bytes(size);
            await using (var upload = await trial.Store.BeginUploadAsync(trial.Key("upload"), trial.Token))
            {
                foreach (var piece in bytes.Chunk(777_777)) await upload.WriteAsync(piece, trial.Token);
                trial.Require(await upload.CompleteAsync(PutMode.Replace, trial.Token), "a complete upload was not taken");
            }
            trial.Require(SHA256.HashData(await trial.ReadAsync("upload")).AsSpan().SequenceEqual(SHA256.HashData(bytes)), $"{size} bytes came back changed");
        }
    }

    private static async Task MissingIsSaidAsync(StoreTrial trial)
    {
        trial.Require(await trial.Store.FindAsync(trial.Key("nothing"), trial.Token) is null, "an object was found that was never put");
        trial.Require(!await trial.Store.DeleteAsync(trial.Key("nothing"), trial.Token), "an object was removed that was never put");
        await trial.RefusesAsync(FaultCode.NotFound, async () => await trial.ReadAsync("nothing"));
        trial.Require((await trial.ListAsync("nothing")).Count == 0, "an empty listing names something");
    }

    private static async Task ModesAreKeptAsync(StoreTrial trial)
    {
        trial.Require(await trial.Store.PutAsync(trial.Key("mode"), "old"u8.ToArray(), PutMode.IfAbsent, trial.Token), "a new object was not taken");
        trial.Require(!await trial.Store.PutAsync(trial.Key("mode"), "new"u8.ToArray(), PutMode.IfAbsent, trial.Token), "an object that is there was said to be absent");
        foreach (var size in (int[])[3, 10_000_000])
        {
            await using var upload = await trial.Store.BeginUploadAsync(trial.Key("mode"), trial.Token);
            await upload.WriteAsync(StoreTrial.Bytes(size), trial.Token);
            trial.Require(!await upload.CompleteAsync(PutMode.IfAbsent, trial.Token), $"an upload of {size} bytes took the place of an object that was to be left");
        }
        trial.Require((await trial.ReadAsync("mode")).AsSpan().SequenceEqual("old"u8), "an object that was to be left has changed");
        trial.Require(await trial.Store.PutAsync(trial.Key("mode"), "newer"u8.ToArray(), PutMode.Replace, trial.Token), "an object was not replaced");
        trial.Require((await trial.ReadAsync("mode")).AsSpan().SequenceEqual("newer"u8), "a replaced object is still the old one");
    }

    private static async Task OneFirstWriterWinsAsync(StoreTrial trial)
    {
        if (!trial.Store.Traits.ConditionalPut) return;
        for (var round = 0; round < 5; round++)
        {
            var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => trial.Store.PutAsync(trial.Key($"first-{round}"), new[] { (byte)writer }, PutMode.IfAbsent, trial.Token)));
            trial.Require(taken.Count(won => won) == 1, $"{taken.Count(won => won)} of 8 writers at once were told that they were first");
            trial.Require((await trial.ReadAsync($"first-{round}"))[0] == Array.IndexOf(taken, true), "the object is not that of the writer who was told to be first");
        }
    }

    private static async Task RangesAreReadAsync(StoreTrial trial)
    {
        var bytes = StoreTrial.Bytes(10_000);
        await trial.Store.PutAsync(trial.Key("range"), bytes, PutMode.Replace, trial.Token);
        foreach (var (offset, length) in ((long, long?)[])[(0, 10), (100, 1), (9_999, 1), (5_000, null), (9_990, 100), (10_000, null), (20_000, 5), (3, 0)])
        {
            var expected = bytes.Skip((int)offset).Take((int)(length ?? bytes.Length)).ToArray();
            trial.Require((await trial.ReadAsync("range", offset, length)).AsSpan().SequenceEqual(expected), $"bytes from {offset}, {length?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "all"} of them, came back wrong");
        }
    }

    private static async Task UploadsAreWholeOrNotThereAsync(StoreTrial trial)
    {
        await using (var upload = await trial.Store.BeginUploadAsync(trial.Key("half"), trial.Token))
        {
            await upload.WriteAsync(StoreTrial.Bytes(20_000_000), trial.Token);
            trial.Require(await trial.Store.FindAsync(trial.Key("half"), trial.Token) is null, "an object can be seen before it is complete");
        }
        trial.Require(await trial.Store.FindAsync(trial.Key("half"), trial.Token) is null, "an upload that was given up has left an object");
        trial.Require((await trial.ListAsync("half")).Count == 0, "a listing names an upload that was given up");
    }

    private static async Task MovesAreWholeAsync(StoreTrial trial)
    {
        var bytes = StoreTrial.Bytes(9_000_001);
        await using (var upload = await trial.Store.BeginUploadAsync(trial.Key("before"), trial.Token))
        {
            await upload.WriteAsync(bytes, trial.Token);
            await upload.CompleteAsync(PutMode.IfAbsent, trial.Token);
        }
        await trial.Store.PutAsync(trial.Key("taken"), "old"u8.ToArray(), PutMode.Replace, trial.Token);
        trial.Require(!await trial.Store.MoveAsync(trial.Key("before"), trial.Key("taken"), trial.Token), "an object was given a name that is taken");
        trial.Require((await trial.ReadAsync("taken")).AsSpan().SequenceEqual("old"u8), "an object whose name was wanted has changed");
        trial.Require(await trial.Store.MoveAsync(trial.Key("before"), trial.Key("deep/er/after"), trial.Token), "an object was not given a name that is free");
        trial.Require(SHA256.HashData(await trial.ReadAsync("deep/er/after")).AsSpan().SequenceEqual(SHA256.HashData(bytes)), "an object came back changed under its new name");
        trial.Require(await trial.Store.FindAsync(trial.Key("before"), trial.Token) is null, "an object is still there under its old name");
        await trial.RefusesAsync(FaultCode.NotFound, () => trial.Store.MoveAsync(trial.Key("before"), trial.Key("nowhere"), trial.Token));
    }

    private static async Task OddNamesComeBackAsync(StoreTrial trial)
    {
        string[] names = ["odd/a b", "odd/ä-ü-日本", "odd/100%", "odd/a+b&c=d", "odd/it's \"so\"", "odd/#?;:@!$,()[]{}", "odd/deep/er/still", "odd/~tilde", "odd/back\\slash"];
        foreach (var name in names) trial.Require(await trial.Store.PutAsync(trial.Key(name), StoreTrial.Bytes(name.Length), PutMode.IfAbsent, trial.Token), $"an object named {name} was not taken");
        foreach (var name in names) trial.Require((await trial.ReadAsync(name)).Length == name.Length, $"the object named {name} came back as another");
        var listed = await trial.ListAsync("odd/");
        trial.Require(listed.Order(StringComparer.Ordinal).SequenceEqual(names.Order(StringComparer.Ordinal)), $"a listing gives other names: {string.Join(" | ", listed.Except(names))}");
        trial.Require((await trial.ListAsync("odd/a")).Count == 2, "a listing with a beginning of names gives others");
    }

    private static async Task ListingsAreCompleteAsync(StoreTrial trial)
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, MoreThanAPage), new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = trial.Token },
            async (number, token) => await trial.Store.PutAsync(trial.Key($"many/{number:0000}"), new[] { (byte)number }, PutMode.Replace, token));
        var listed = await trial.ListAsync("many/");
        trial.Require(listed.Count == MoreThanAPage && listed.Distinct().Count() == MoreThanAPage, $"a listing of {MoreThanAPage} objects names {listed.Distinct().Count()}");
        string[] around = ["man", "many-", "many0", "mb/c"];
        foreach (var name in around) await trial.Store.PutAsync(trial.Key(name), StoreTrial.Bytes(1), PutMode.Replace, trial.Token);
        var rest = await trial.ListAsync("m", "many/");
        trial.Require(rest.Order(StringComparer.Ordinal).SequenceEqual(around), $"a listing that leaves objects out names {string.Join(", ", rest.Take(10))}");
    }

    private static async Task ClimbingIsRefusedAsync(StoreTrial trial)
    {
        foreach (var key in (string[])["../outside", "/outside", "a/../../outside", "a//b", "-rf", "", "a\nb"])
        {
            await trial.RefusesAsync(FaultCode.OutsideStore, () => trial.Store.PutAsync(key, new byte[1], PutMode.Replace, trial.Token));
            await trial.RefusesAsync(FaultCode.OutsideStore, () => trial.Store.OpenAsync(key, 0, null, trial.Token));
            await trial.RefusesAsync(FaultCode.OutsideStore, () => trial.Store.DeleteAsync(key, trial.Token));
        }
    }
}

/// <param name="Name">As a sentence.</param>
/// <param name="TryAsync">Throws a <see cref="Fault"/> (8) that says what was found when it is not kept.</param>
internal sealed record StorePromise(string Name, Func<StoreTrial, Task> TryAsync);
