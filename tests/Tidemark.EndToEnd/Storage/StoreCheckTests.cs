using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Storage;

public sealed class StoreCheckTests(Servers servers)
{
    [Theory]
    [InlineData("s3")]
    [InlineData("azblob")]
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

    [Fact]
    public async Task A_container_that_refuses_or_is_not_there_says_so_and_tells_no_secret()
    {
        const string Variable = "AZURE_STORAGE_CONNECTION_STRING", Key = "bm90IHRoZSBrZXkgb2YgdGhlIGFjY291bnQ=";
        var place = await servers.NewPlaceAsync("azblob");
        using var scratch = new Scratch();
        var endpoint = place.Variables[Variable].Split(';').Single(setting => setting.StartsWith("BlobEndpoint", StringComparison.Ordinal));

        var refused = (await new TidemarkProgram(scratch.Folder).With(place.With(Variable, $"AccountName=devstoreaccount1;AccountKey={Key};{endpoint}")).RunAsync("store", "check", place.Address)).Ends(8);
        var missing = (await new TidemarkProgram(scratch.Folder).With(place).RunAsync("store", "check", "azblob://not-there/backups")).Ends(8);
        var unsaid = (await new TidemarkProgram(scratch.Folder).RunAsync("store", "check", place.Address)).Ends(6);

        Assert.Contains("refuses access", refused.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, refused.Errors + refused.Output, StringComparison.Ordinal);
        Assert.Contains("az storage container create --name not-there", missing.Errors, StringComparison.Ordinal);
        Assert.Contains($"export {Variable}=", unsaid.Errors, StringComparison.Ordinal);
    }
}
