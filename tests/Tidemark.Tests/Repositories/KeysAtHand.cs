using System.Text;
using Tidemark.Codecs.Age;
using Tidemark.Configuration;
using Tidemark.Repositories;

namespace Tidemark.Tests.Repositories;

/// <summary>Options of encryption, with keys kept in variables that only this test sees.</summary>
internal static class KeysAtHand
{
    public const string Passphrase = "open sesame";

    /// <param name="to">Whom to encrypt to.</param>
    /// <param name="identity">The text of an identity file; null: none is configured.</param>
    /// <param name="passphrase">Null: none is configured.</param>
    public static EncryptionOptions Options(IEnumerable<AgeIdentity> to, string? identity = null, string? passphrase = null) =>
        new([.. to.Select(key => key.Recipient)], false, Source(identity), Source(passphrase));

    public static EncryptionOptions ToPassphrase(string? passphrase) => new([], true, null, Source(passphrase));

    public static UserKeys User(AgeIdentity key) => new(Options([], key.ToSecretText()));

    public static byte[] Sealed(RepositoryKeys keys, string text)
    {
        using var stored = new MemoryStream();
        using var writer = keys.Seal(stored);
        writer.Write(Encoding.UTF8.GetBytes(text));
        writer.Complete();
        return stored.ToArray();
    }

    public static async Task<string> OpenedAsync(RepositoryKeys keys, byte[] stored, params string[] recipients)
    {
        using var reader = new StreamReader(await keys.OpenAsync(new MemoryStream(stored), "a.dump.age", recipients, TestContext.Current.CancellationToken));
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    private static SecretSource? Source(string? secret) => secret is null ? null : new SecretSource("env:KEY", "/", new Dictionary<string, string> { ["KEY"] = secret });
}
