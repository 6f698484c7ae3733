using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Storage;

public sealed class StoreCheckTests(Servers servers)
{
    [Theory]
    [InlineData("s3")]
    [InlineData("sftp")]
    public async Task A_real_store_keeps_every_promise_and_nothing_stays_in_it(string kind)
    {
        var place = await servers.NewPlaceAsync(kind);
        using var scratch = new Scratch();

        var checkedStore = (await new TidemarkProgram(scratch.Folder).With(place).RunAsync("store", "check", place.Address, "--json")).Ends();

        Assert.True(checkedStore.Json.GetProperty("kept").GetBoolean());
        var promises = checkedStore.Json.GetProperty("promises").EnumerateArray().ToList();
        Assert.NotEmpty(promises);
        Assert.All(promises, promise => Assert.True(promise.GetProperty("kept").GetBoolean(), promise.ToString()));
    }
}
