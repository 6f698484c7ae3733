using System.Diagnostics;
using Tidemark.BaseBackups;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.BaseBackups;

public sealed class WriterKeyTests : IDisposable
{
    private readonly TempFolder state = new();

    [Fact]
    public void It_is_made_once_readable_by_its_owner_alone_and_never_printed()
    {
        var key = WriterKey.Ensure(state.Path);
        Assert.Equal(key.Id, WriterKey.Ensure(state.Path).Id);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(state[WriterKey.FileName]));
        Assert.DoesNotContain(File.ReadAllText(state[WriterKey.FileName]).Trim(), $"{key} {key.Identity}", StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_that_others_can_read_or_that_is_damaged_is_not_used()
    {
        _ = WriterKey.Ensure(state.Path);
        File.SetUnixFileMode(state[WriterKey.FileName], UnixFileMode.UserRead | UnixFileMode.GroupRead);
        Assert.Equal(FaultCode.KeyUnusable, Assert.Throws<Fault>(() => WriterKey.Ensure(state.Path)).Code);
        File.SetUnixFileMode(state[WriterKey.FileName], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllText(state[WriterKey.FileName], "AAAA\n");
        Assert.Equal(FaultCode.KeyUnusable, Assert.Throws<Fault>(() => WriterKey.Ensure(state.Path)).Code);
    }

    [Fact]
    public void Openssl_agrees_that_it_signed()
    {
        var key = WriterKey.Ensure(state.Path);
        var document = "{\"what\":\"something\"}"u8.ToArray();
        // SubjectPublicKeyInfo of Ed25519 (RFC 8410): twelve fixed bytes, then the key.
        File.WriteAllBytes(state["public.der"], [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00, .. Convert.FromBase64String(key.Identity.ToString())]);
        File.WriteAllBytes(state["document"], document);
        File.WriteAllBytes(state["signature"], key.Sign(document));
        Assert.Equal(0, Openssl());
        File.WriteAllBytes(state["document"], [.. document, 0]);
        Assert.NotEqual(0, Openssl());
        Assert.False(key.Identity.Wrote([.. document, 0], key.Sign(document)));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    public void A_pinned_line_that_is_no_key_is_told_with_its_file(string line)
    {
        state.Write(KnownWriters.FileName, $"# ours\n\n{line} somebody\n");
        var seen = Assert.Throws<Fault>(() => KnownWriters.Read(state.Path));
        Assert.Equal((FaultCode.KeyUnusable, state[KnownWriters.FileName]), (seen.Code, seen.Where));
    }

    public void Dispose() => state.Dispose();

    private int Openssl()
    {
        using var openssl = Process.Start(new ProcessStartInfo("openssl", ["pkeyutl", "-verify", "-pubin", "-inkey", state["public.der"], "-keyform", "DER", "-rawin", "-in", state["document"], "-sigfile", state["signature"]]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        openssl.WaitForExit();
        return openssl.ExitCode;
    }
}
