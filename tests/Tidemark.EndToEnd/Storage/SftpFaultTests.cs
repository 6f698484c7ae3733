using System.Diagnostics;
using Tidemark.EndToEnd.Dumps;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Storage;

public sealed class SftpFaultTests(Servers servers)
{
    /// <summary>Of the largest object that `store check` puts.</summary>
    private const long UploadSize = 20_000_003;

    [Fact]
    public async Task A_server_whose_key_nobody_knows_is_refused_with_its_fingerprint()
    {
        var server = await servers.SftpAsync();
        using var scratch = new Scratch();

        var refused = (await Program(scratch, server.NewPlace()).With("SFTP_KNOWN_HOSTS", null).RunAsync("store", "check", "sftp://any@127.0.0.1:" + server.Port + "/backups")).Ends(8);

        foreach (var words in (string[])["is not known", await FingerprintAsync(server), $"ssh-keyscan -p {server.Port} 127.0.0.1 >> '{scratch[".ssh", "known_hosts"]}'"])
            Assert.Contains(words, refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_with_another_key_than_the_known_one_is_refused_before_it_sees_anything()
    {
        var server = await servers.SftpAsync();
        using var scratch = new Scratch();
        var place = server.NewPlace();
        await ChildProcess.OutputAsync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", scratch["other"]]);
        await File.WriteAllTextAsync(scratch["known_hosts"], $"[127.0.0.1]:{server.Port} {await File.ReadAllTextAsync(scratch["other.pub"], TestContext.Current.CancellationToken)}", TestContext.Current.CancellationToken);

        var refused = (await Program(scratch, place).With("SFTP_KNOWN_HOSTS", scratch["known_hosts"]).RunAsync("store", "check", place.Address)).Ends(8);

        Assert.Contains("another key", refused.Errors, StringComparison.Ordinal);
        Assert.Contains(await FingerprintAsync(server), refused.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(server.FolderOf(place)));
    }

    [Fact]
    public async Task A_key_that_the_server_does_not_take_is_told()
    {
        using var scratch = new Scratch();
        var place = (await servers.SftpAsync()).NewPlace();
        await ChildProcess.OutputAsync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", scratch["other"]]);

        var refused = (await Program(scratch, place).With("SFTP_IDENTITY_FILE", scratch["other"]).RunAsync("store", "check", place.Address)).Ends(8);

        Assert.Contains("refuses the key", refused.Errors, StringComparison.Ordinal);
        Assert.Contains("ssh-copy-id", refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_disk_ends_with_15_and_leaves_no_object()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "mounting a tmpfs needs root: a full disk cannot be made");
        using var scratch = new Scratch();
        var server = await servers.SftpAsync();
        var place = server.NewPlace();
        await using var disk = await SmallDisk.MountAsync(server.FolderOf(place), "4m", owner: "daemon");

        var full = (await Program(scratch, place).RunAsync("store", "check", place.Address)).Ends(15);

        Assert.Contains("disk of the SFTP server is full", full.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain(server.Objects(place).Values, size => size > 4_000_000);
        Assert.Empty(server.Pending(place));
    }

    [Fact]
    public async Task A_server_that_dies_in_the_middle_of_an_upload_leaves_no_part_of_an_object_and_serves_again_when_it_is_back()
    {
        SftpServer.Require();
        using var scratch = new Scratch();
        await using var server = await SftpServer.StartAsync();
        var place = server.NewPlace();

        await using var check = await Program(scratch, place).StartAsync("store", "check", place.Address);
        await server.UploadingAsync(place);
        await server.KillAsync();

        var died = (await check.EndAsync(TimeSpan.FromSeconds(30))).Ends(8);
        Assert.Contains("SFTP server", died.Errors, StringComparison.Ordinal);
        Assert.All(server.Objects(place).Values, size => Assert.Contains(size, (long[])[0, 1, 100_000, UploadSize]));

        await server.RunAsync();
        (await Program(scratch, place).RunAsync("store", "check", place.Address)).Ends();
    }

    [Fact]
    [Trait("takes", "minutes")]
    public async Task A_server_that_says_nothing_any_more_is_told_within_about_a_minute()
    {
        SftpServer.Require();
        using var scratch = new Scratch();
        await using var server = await SftpServer.StartAsync();
        var place = server.NewPlace();

        await using var check = await Program(scratch, place).StartAsync("store", "check", place.Address);
        await server.UploadingAsync(place);
        server.Freeze();
        var watch = Stopwatch.StartNew();

        var told = (await check.EndAsync()).Ends(8);
        Assert.Contains("does not answer", told.Errors, StringComparison.Ordinal);
        Assert.InRange(watch.Elapsed, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(75));
    }

    private static TidemarkProgram Program(Scratch scratch, StorePlace place) => new TidemarkProgram(scratch.Folder).With(place);

    /// <summary>As OpenSSH's own program says it.</summary>
    private static async Task<string> FingerprintAsync(SftpServer server) => (await ChildProcess.OutputAsync("ssh-keygen", ["-l", "-f", server.HostKeyFile])).Split(' ')[1];
}
