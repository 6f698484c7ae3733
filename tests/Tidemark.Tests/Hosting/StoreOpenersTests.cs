using Tidemark.Hosting;

namespace Tidemark.Tests.Hosting;

public sealed class StoreOpenersTests
{
    [Theory]
    [InlineData("AccountName=a;AccountKey=cGxhbnRlZA==;BlobEndpoint=http://here", "cGxhbnRlZA==")]
    [InlineData("BlobEndpoint=http://here;SharedAccessSignature=sv=2026&sp=r&sig=planted%3D", "planted%3D")]
    public void The_key_within_a_connection_string_is_a_secret_by_itself(string said, string key)
    {
        var secrets = StoreOpeners.SecretsOf(new Dictionary<string, string> { ["AZURE_STORAGE_CONNECTION_STRING"] = said }).ToList();
        Assert.Contains(said, secrets);
        Assert.Contains(key, secrets);
        Assert.DoesNotContain(secrets, secret => secret.Length < 5);
    }
}
