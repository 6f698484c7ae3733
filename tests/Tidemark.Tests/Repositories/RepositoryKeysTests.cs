using System.Text;
using Tidemark.Codecs.Age;
using Tidemark.Repositories;
using Tidemark.Storage.Memory;

namespace Tidemark.Tests.Repositories;

public sealed class RepositoryKeysTests
{
    private readonly AgeIdentity mine = AgeIdentity.Generate(), theirs = AgeIdentity.Generate();

    [Fact]
    public async Task What_one_seals_with_public_keys_each_opens_with_their_own()
    {
        var stored = KeysAtHand.Sealed(new RepositoryKeys(KeysAtHand.Options([mine, theirs]), []), "rows");
        foreach (var key in (AgeIdentity[])[mine, theirs])
            Assert.Equal("rows", await KeysAtHand.OpenedAsync(Keys([], key.ToSecretText()), stored));
    }

    [Fact]
    public async Task A_passphrase_seals_and_opens()
    {
        var keys = new RepositoryKeys(KeysAtHand.ToPassphrase(KeysAtHand.Passphrase), []);
        Assert.Equal(["passphrase"], keys.Recipients);
        var stored = KeysAtHand.Sealed(keys, "rows");
        Assert.Equal("rows", await KeysAtHand.OpenedAsync(keys, stored));
        await StaysClosedAsync(Keys([], mine.ToSecretText()), stored, "no key is configured", "a passphrase");
    }

    [Fact]
    public async Task An_identity_file_that_is_locked_opens_with_its_passphrase()
    {
        using var locked = new MemoryStream();
        using (var writer = AgeWriter.To(locked, new AgePassphrase(KeysAtHand.Passphrase)))
        {
            writer.Write(Encoding.ASCII.GetBytes($"# mine\n{mine.ToSecretText()}\n"));
            writer.Complete();
        }
        var armoured = $"-----BEGIN AGE ENCRYPTED FILE-----\n{Convert.ToBase64String(locked.ToArray(), Base64FormattingOptions.InsertLineBreaks)}\n-----END AGE ENCRYPTED FILE-----\n";
        var stored = KeysAtHand.Sealed(Keys([mine]), "rows");
        Assert.Equal("rows", await KeysAtHand.OpenedAsync(Keys([], armoured, KeysAtHand.Passphrase), stored));
        await StaysClosedAsync(Keys([], armoured), stored, "cannot be used", "none is configured");
        await StaysClosedAsync(Keys([], armoured, "open barley"), stored, "cannot be used", "the passphrase does not open it");
        await StaysClosedAsync(Keys([], armoured[..^60], KeysAtHand.Passphrase), stored, "cannot be used", "is cut");
    }

    [Fact]
    public async Task Without_a_key_or_with_the_wrong_one_it_is_said_for_whom_it_is()
    {
        var stored = KeysAtHand.Sealed(Keys([theirs]), "rows");
        await StaysClosedAsync(Keys([theirs]), stored, "no key is configured", "one recipient");
        await StaysClosedAsync(Keys([], mine.ToSecretText()), stored, "the configured key does not open it", $"it is for {theirs.Recipient}", $"{theirs.Recipient}");
    }

    [Fact]
    public async Task A_file_that_is_no_key_is_told_without_what_it_holds()
    {
        var stored = KeysAtHand.Sealed(Keys([mine]), "rows");
        var wrong = mine.ToSecretText()[..^1] + "0";
        var fault = await StaysClosedAsync(Keys([], $"# key\n{wrong}\n"), stored, "cannot be used", "line 2");
        Assert.DoesNotContain(wrong[20..50], $"{fault} {fault.InOneLine}", StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Damage_at_the_start_is_no_matter_of_keys()
    {
        var stored = KeysAtHand.Sealed(Keys([mine]), "rows");
        Assert.Equal(FaultCode.Verification, (await Assert.ThrowsAsync<Fault>(() => KeysAtHand.OpenedAsync(Keys([], mine.ToSecretText()), stored[..90]))).Code);
        Assert.Equal(FaultCode.Verification, (await Assert.ThrowsAsync<Fault>(() => KeysAtHand.OpenedAsync(Keys([], mine.ToSecretText()), "PGDMP"u8.ToArray()))).Code);
    }

    private static RepositoryKeys Keys(IEnumerable<AgeIdentity> to, string? identity = null, string? passphrase = null) =>
        new(KeysAtHand.Options(to, identity, passphrase), [new MemoryObjectStore(TimeProvider.System)]);

    private static async Task<Fault> StaysClosedAsync(RepositoryKeys keys, byte[] stored, string what, string why, params string[] recipients)
    {
        var fault = await Assert.ThrowsAsync<Fault>(() => KeysAtHand.OpenedAsync(keys, stored, recipients));
        Assert.Equal(what.Contains("cannot be used", StringComparison.Ordinal) ? FaultCode.KeyUnusable : FaultCode.Keys, fault.Code);
        Assert.Contains(what, fault.What);
        Assert.Contains(why, fault.Why);
        return fault;
    }
}
