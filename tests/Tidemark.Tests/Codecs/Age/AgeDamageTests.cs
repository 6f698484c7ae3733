using System.Text;
using CsCheck;
using Tidemark.Codecs.Age;

namespace Tidemark.Tests.Codecs.Age;

public sealed class AgeDamageTests
{
    private static readonly AgeIdentity Key = AgeIdentity.Generate();
    private static readonly byte[] Plain = AgeFile.Plain(150_000);
    private static readonly byte[] Whole = AgeFile.Encrypt(Plain, Key.Recipient);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_file_cut_at_the_edge_of_a_chunk_fails(int chunks) =>
        Assert.Throws<InvalidDataException>(() => AgeFile.Decrypt(Whole[..(AgeFile.HeaderLength(Whole) + 16 + chunks * (65_536 + 16))], Key));

    [Fact]
    public void A_file_cut_anywhere_fails() =>
        Gen.Int[0, Whole.Length - 1].Sample(length => Fails(Whole[..length]), iter: 300);

    [Fact]
    public void A_file_with_one_bit_changed_fails() =>
        Gen.Select(Gen.Int[0, Whole.Length - 1], Gen.Int[0, 7]).Sample((at, bit) =>
        {
            byte[] damaged = [.. Whole];
            damaged[at] ^= (byte)(1 << bit);
            return Fails(damaged);
        }, iter: 1000);

    [Fact]
    public void A_file_with_something_behind_its_end_fails() => Assert.True(Fails([.. Whole, 0]));

    [Fact]
    public void Chunks_in_another_order_fail()
    {
        var start = AgeFile.HeaderLength(Whole) + 16;
        var length = 65_536 + 16;
        byte[] swapped = [.. Whole[..start], .. Whole[(start + length)..(start + 2 * length)], .. Whole[start..(start + length)], .. Whole[(start + 2 * length)..]];
        Assert.True(Fails(swapped));
    }

    [Fact]
    public void A_chunk_left_out_fails()
    {
        var start = AgeFile.HeaderLength(Whole) + 16;
        Assert.True(Fails([.. Whole[..start], .. Whole[(start + 65_536 + 16)..]]));
    }

    [Fact]
    public void What_was_not_completed_is_no_file()
    {
        using var bytes = new MemoryStream();
        using (var writer = AgeWriter.To(bytes, [Key.Recipient])) writer.Write(Plain);
        Assert.True(Fails(bytes.ToArray()));
    }

    [Theory]
    [InlineData("age-encryption.org/v2\n-> X25519 x\n\n--- x\n")]
    [InlineData("age-encryption.org/v1\n--- AAAA\n")]
    [InlineData("age-encryption.org/v1\n-> X25519 \n\n--- AAAA\n")]
    [InlineData("age-encryption.org/v1\n->  X25519\n\n--- AAAA\n")]
    [InlineData("age-encryption.org/v1\nrubbish\n")]
    [InlineData("age-encryption.org/v1\n-> scrypt TEiF0ypqr+bpvcqXNyCVJg 99\nAAAA\n--- AAAA\n")]
    [InlineData("age-encryption.org/v1")]
    [InlineData("")]
    public void A_malformed_header_is_refused(string header) =>
        Assert.Throws<InvalidDataException>(() => AgeReader.Open(new MemoryStream(Encoding.ASCII.GetBytes(header)), [Key, new AgePassphrase("x")]));

    [Fact]
    public void A_header_without_an_end_is_refused_before_it_fills_the_memory() =>
        Assert.Throws<InvalidDataException>(() => AgeHeader.Read(new Endless("age-encryption.org/v1\n-> X25519 AAAA\n")));

    [Fact]
    public void A_scrypt_stanza_that_would_take_hours_is_refused()
    {
        var file = Encoding.ASCII.GetString(AgeFile.Encrypt([], new AgePassphrase("x"))).Replace(" 18\n", " 23\n", StringComparison.Ordinal);
        var refused = Assert.Throws<InvalidDataException>(() => AgeReader.Open(new MemoryStream(Encoding.ASCII.GetBytes(file)), [new AgePassphrase("x")]));
        Assert.Contains("2^23", refused.Message, StringComparison.Ordinal);
    }

    private static bool Fails(byte[] file)
    {
        try
        {
            _ = AgeFile.Decrypt(file, Key);
            return false;
        }
        catch (Exception refused) when (refused is InvalidDataException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    /// <summary>A start, and then the letter A for ever.</summary>
    private sealed class Endless(string start) : MemoryStream(Encoding.ASCII.GetBytes(start))
    {
        public override int ReadByte() => base.ReadByte() is var next and >= 0 ? next : 'A';
    }
}
