using Tidemark.Storage;
using Tidemark.Storage.Sftp;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Storage.Sftp;

public sealed class SftpKeysTests : IDisposable
{
    private readonly TempFolder folder = new();

    private SftpOptions Options => new() { Address = StoreAddress.Parse("sftp://user@host/path"), SshFolder = folder.Path, KnownHostsFile = folder["known_hosts"] };

    [Fact]
    public void The_usual_keys_are_tried_in_the_order_ed25519_ecdsa_rsa()
    {
        foreach (var type in (string[])["rsa", "ed25519", "ecdsa"]) SshKeygen.Key(folder["id_" + type], type, "", type == "rsa" ? ["-b", "1024"] : []);
        Assert.Equal(["ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa"], SftpKeys.Read(Options).Select(key => key.HostKeyAlgorithms.First().Name));
    }

    [Fact]
    public void A_key_that_is_named_is_the_only_one()
    {
        SshKeygen.Key(folder["id_ed25519"]);
        SshKeygen.Key(folder["mine"], "ecdsa");
        Assert.Equal(["ecdsa-sha2-nistp256"], SftpKeys.Read(Options with { IdentityFile = folder["mine"] }).Select(key => key.HostKeyAlgorithms.First().Name));
    }

    [Fact]
    public void A_locked_key_opens_with_its_passphrase_only()
    {
        SshKeygen.Key(folder["id_ed25519"], passphrase: "open sesame");
        Assert.Single(SftpKeys.Read(Options with { Passphrase = "open sesame" }));
        Assert.Contains("locked", Assert.Throws<Fault>(() => SftpKeys.Read(Options)).What, StringComparison.Ordinal);
        Assert.Equal(FaultCode.Configuration, Assert.Throws<Fault>(() => SftpKeys.Read(Options with { Passphrase = "wrong" })).Code);
    }

    [Fact]
    public void A_locked_key_in_the_older_format_opens_with_its_passphrase_only()
    {
        SshKeygen.Key(folder["id_rsa"], "rsa", "open sesame", "-m", "PEM", "-b", "1024");
        Assert.Single(SftpKeys.Read(Options with { Passphrase = "open sesame" }));
        Assert.Contains("locked", Assert.Throws<Fault>(() => SftpKeys.Read(Options)).What, StringComparison.Ordinal);
        Assert.Equal(FaultCode.Configuration, Assert.Throws<Fault>(() => SftpKeys.Read(Options with { Passphrase = "wrong" })).Code);
    }

    [Fact]
    public void A_locked_key_hides_no_open_one()
    {
        SshKeygen.Key(folder["id_ed25519"], passphrase: "open sesame");
        SshKeygen.Key(folder["id_rsa"], "rsa", "", "-b", "1024");
        Assert.Single(SftpKeys.Read(Options));
    }

    [Fact]
    public void No_key_a_missing_one_and_what_is_no_key_are_told()
    {
        Assert.Contains("with which key", Assert.Throws<Fault>(() => SftpKeys.Read(Options)).What, StringComparison.Ordinal);
        Assert.Equal(folder["none"], Assert.Throws<Fault>(() => SftpKeys.Read(Options with { IdentityFile = folder["none"] })).Where);
        Assert.Contains("cannot be opened", Assert.Throws<Fault>(() => SftpKeys.Read(Options with { IdentityFile = folder.Write("text", "no key\n") })).What, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();
}
