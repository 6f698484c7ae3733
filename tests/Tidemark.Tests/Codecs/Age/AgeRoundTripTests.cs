using Tidemark.Codecs.Age;

namespace Tidemark.Tests.Codecs.Age;

public sealed class AgeRoundTripTests
{
    [Fact]
    public void What_was_encrypted_comes_back_for_each_recipient()
    {
        AgeIdentity[] keys = [AgeIdentity.Generate(), AgeIdentity.Generate(), AgeIdentity.Generate()];
        foreach (var size in AgeFile.Sizes)
        {
            var plain = AgeFile.Plain(size);
            var file = AgeFile.Encrypt(plain, [.. keys.Select(key => key.Recipient)]);
            Assert.All(keys, key => Assert.Equal(plain, AgeFile.Decrypt(file, key)));
        }
    }

    [Fact]
    public void Another_key_opens_nothing() =>
        Assert.Null(AgeReader.Open(new MemoryStream(AgeFile.Encrypt([1], AgeIdentity.Generate().Recipient)), [AgeIdentity.Generate(), new AgePassphrase("x")]));

    [Fact]
    public void A_passphrase_opens_what_it_closed_and_another_does_not()
    {
        var file = AgeFile.Encrypt([1, 2, 3], new AgePassphrase("schön lang"));
        Assert.Equal([1, 2, 3], AgeFile.Decrypt(file, new AgePassphrase("schön lang")));
        Assert.Null(AgeReader.Open(new MemoryStream(file), [new AgePassphrase("schon lang")]));
    }

    [Fact]
    public void Two_files_of_the_same_bytes_have_nothing_in_common()
    {
        var key = AgeIdentity.Generate();
        var (one, other) = (AgeFile.Encrypt([1, 2, 3], key.Recipient), AgeFile.Encrypt([1, 2, 3], key.Recipient));
        Assert.NotEqual(one[AgeFile.HeaderLength(one)..], other[AgeFile.HeaderLength(other)..]);
    }

    [Fact]
    public void Reading_takes_nothing_beyond_the_header_when_no_key_fits()
    {
        var file = AgeFile.Encrypt(AgeFile.Plain(1000), AgeIdentity.Generate().Recipient);
        using var stream = new MemoryStream(file);
        Assert.Null(AgeReader.Open(stream, [AgeIdentity.Generate()]));
        Assert.Equal(AgeFile.HeaderLength(file), stream.Position);
    }

    [Theory]
    [InlineData("age1qqqsyqcyq5rqwzqfpg9scrgwpugpzysnzs23v9ccrydpk8qarc0sqqqqqq")]
    [InlineData("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI")]
    [InlineData("AGE-SECRET-KEY-1QQQSYQCYQ5RQWZQFPG9SCRGWPUGPZYSNZS23V9CCRYDPK8QARC0S")]
    [InlineData("")]
    public void What_is_no_recipient_is_refused(string text)
    {
        var refused = Assert.Throws<FormatException>(() => AgeRecipient.Parse(text));
        Assert.DoesNotContain("QQQSYQ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_identity_file_has_comments_and_several_keys()
    {
        AgeIdentity[] keys = [AgeIdentity.Generate(), AgeIdentity.Generate()];
        var file = $"# created: today\n# public key: {keys[0]}\n{keys[0].ToSecretText()}\n\r\n  {keys[1].ToSecretText()}\r\n";
        Assert.Equal(keys.Select(key => key.ToString()), AgeIdentity.ParseFile(file).Select(key => key.ToString()));
        Assert.StartsWith("line 2:", Assert.Throws<FormatException>(() => AgeIdentity.ParseFile("# only this\nAGE-SECRET-KEY-1NONSENSE\n")).Message, StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => AgeIdentity.ParseFile("# nothing\n"));
    }

    [Fact]
    public void The_public_half_is_all_that_an_identity_shows()
    {
        var key = AgeIdentity.Generate();
        Assert.StartsWith("age1", $"{key}", StringComparison.Ordinal);
        Assert.StartsWith("AGE-SECRET-KEY-1", key.ToSecretText(), StringComparison.Ordinal);
    }
}
