using System.Text.RegularExpressions;
using Tidemark.Storage.Sftp;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Storage.Sftp;

public sealed class KnownHostsTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly string ed25519, ecdsa, rsa;

    public KnownHostsTests()
    {
        (ed25519, ecdsa, rsa) = (SshKeygen.Key(folder["a"]), SshKeygen.Key(folder["b"], "ecdsa"), SshKeygen.Key(folder["c"], "rsa", "", "-b", "1024"));
    }

    public static TheoryData<string, int> Servers => new()
    {
        { "plain.example", 22 }, { "PLAIN.example", 22 }, { "plain.example", 2222 }, { "second.example", 22 }, { "192.0.2.7", 22 }, { "port.example", 2222 }, { "port.example", 22 },
        { "any.wild.example", 22 }, { "not.wild.example", 22 }, { "one7.example", 22 }, { "one77.example", 22 }, { "hidden.example", 22 }, { "hidden.example", 2222 }, { "2001:db8::1", 22 }, { "2001:db8::1", 2222 },
        { "revoked.example", 22 }, { "authority.example", 22 }, { "nobody.example", 22 },
    };

    [Theory]
    [MemberData(nameof(Servers))]
    public void A_server_is_found_on_the_lines_on_which_ssh_keygen_finds_it(string host, int port)
    {
        var file = Everything();
        var name = KnownHosts.NameOf(host, port);
        // "# Host plain.example found: line 3"
        var expected = Regex.Matches(SshKeygen.Run("-F", name, "-f", file), @"found: line (\d+)").Select(found => int.Parse(found.Groups[1].Value, null)).ToList();
        var ours = File.ReadAllLines(file).Select((line, at) => (Line: KnownHostLine.Parse(line), Number: at + 1)).Where(line => line.Line?.Names(name) == true).Select(line => line.Number).ToList();
        Assert.Equal(expected, ours);
        Assert.Equal(host == "nobody.example" || (host, port) is ("plain.example", 2222) or ("port.example", 22) or ("not.wild.example", 22) or ("one77.example", 22), expected.Count == 0);
    }

    [Fact]
    public void A_key_is_known_changed_revoked_or_unknown()
    {
        var known = KnownHosts.Read(folder.Write("hosts", $"server.example {ed25519}\nserver.example {rsa}\n@revoked * {ecdsa}\n@cert-authority *.example {ed25519}\n"));
        Assert.Equal(HostKeyVerdict.Known, known.Judge("server.example", 22, Blob(ed25519)));
        Assert.Equal(HostKeyVerdict.Known, known.Judge("SERVER.example", 22, Blob(rsa)));
        Assert.Equal(HostKeyVerdict.Changed, known.Judge("server.example", 22, Blob(SshKeygen.Key(folder["d"]))));
        Assert.Equal(HostKeyVerdict.Revoked, known.Judge("server.example", 22, Blob(ecdsa)));
        Assert.Equal(HostKeyVerdict.Unknown, known.Judge("server.example", 2222, Blob(ed25519)));
        Assert.Equal(HostKeyVerdict.Unknown, known.Judge("other.example", 22, Blob(ed25519)));
        Assert.Equal(["ssh-ed25519", "ssh-rsa"], known.TypesOf("server.example", 22));
    }

    [Fact]
    public void A_key_that_is_known_and_revoked_is_revoked_whichever_line_comes_first()
    {
        foreach (var lines in (string[])[$"server.example {ed25519}\n@revoked server.example {ed25519}\n", $"@revoked server.example {ed25519}\nserver.example {ed25519}\n"])
            Assert.Equal(HostKeyVerdict.Revoked, KnownHosts.Read(folder.Write("hosts", lines)).Judge("server.example", 22, Blob(ed25519)));
    }

    [Fact]
    public void Without_the_file_nobody_is_known() => Assert.Equal(HostKeyVerdict.Unknown, KnownHosts.Read(folder["none"]).Judge("server.example", 22, Blob(ed25519)));

    [Theory]
    [InlineData("")]
    [InlineData("# a remark")]
    [InlineData("server.example ssh-ed25519")]
    [InlineData("server.example ssh-ed25519 !!!!")]
    [InlineData("server.example ssh-ed25519 AAAA")]
    [InlineData("@revoked")]
    public void What_is_no_line_of_a_key_is_passed_over(string line) => Assert.Null(KnownHostLine.Parse(line));

    [Fact]
    public void A_key_under_the_name_of_another_type_is_passed_over() => Assert.Null(KnownHostLine.Parse("server.example ssh-rsa " + ed25519.Split(' ')[1]));

    public void Dispose() => folder.Dispose();

    private static byte[] Blob(string key) => Convert.FromBase64String(key.Split(' ')[1]);

    private string Everything()
    {
        var hidden = folder.Write("hidden", $"hidden.example {ed25519}\n[hidden.example]:2222 {ecdsa}\n");
        SshKeygen.Run("-H", "-f", hidden);
        Assert.StartsWith("|1|", File.ReadAllText(hidden), StringComparison.Ordinal);
        return folder.Write("everything", $"""
            # a remark

            plain.example {ed25519}
            plain.example,second.example,192.0.2.7 {rsa}
            [port.example]:2222 {ecdsa} with a remark
            *.wild.example,!not.wild.example {ed25519}
            one?.example	{ed25519}
            2001:db8::1 {ed25519}
            [2001:db8::1]:2222 {ed25519}
            @revoked revoked.example {rsa}
            @cert-authority authority.example {ecdsa}
            no key here
            {File.ReadAllText(hidden)}
            """);
    }
}
