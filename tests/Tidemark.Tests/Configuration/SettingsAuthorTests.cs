using System.Diagnostics;
using System.Runtime.Versioning;
using Tidemark.Configuration;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Configuration;

/// <summary>Found by searching upward, a settings file may be a trap that somebody else has set.</summary>
[SupportedOSPlatform("linux")]
public sealed class SettingsAuthorTests : IDisposable
{
    private readonly TempFolder folder = new();

    [Theory]
    [InlineData(".env", "BACKUP_RETENTION_DAYS=3")]
    [InlineData("tidemark.json", "{}")]
    public void One_that_belongs_to_somebody_else_is_refused_whatever_it_says(string name, string text)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root gives a file away");
        Write(name, text, 0b110_000_000);
        Chown("54321", folder[name]);
        var fault = Refused();
        Assert.Equal(("a settings file of somebody else is not obeyed", folder[name]), (fault.What, fault.Where));
        Assert.StartsWith("it belongs to user 54321", fault.Why, StringComparison.Ordinal);
        Assert.EndsWith($"sudo chown 0 {folder[name]}", fault.Next, StringComparison.Ordinal);
        Chown("0", folder[name]);
        Read();
    }

    [Fact]
    public void A_link_of_somebody_else_to_a_file_of_ours_is_refused()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root gives a file away");
        Write("other", "BACKUP_RETENTION_DAYS=3", 0b110_000_000);
        File.CreateSymbolicLink(folder[".env"], folder["other"]);
        Read();
        Chown("54321", folder[".env"], "-h");
        Assert.Equal("a settings file of somebody else is not obeyed", Refused().What);
    }

    [Fact]
    public async Task A_fifo_of_somebody_else_is_refused_without_a_wait()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root gives a file away");
        Chown("54321", Fifo.Make(folder[".env"]));
        var reading = Task.Run(Refused, TestContext.Current.CancellationToken);
        await reading.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData(".env", "BACKUP_RETENTION_DAYS=3")]
    [InlineData("tidemark.json", "{}")]
    public void One_that_everybody_may_write_is_refused_whatever_it_says(string name, string text)
    {
        Write(name, text, 0b110_100_110);
        var fault = Refused();
        Assert.Equal(("a settings file that others can write is not obeyed", folder[name]), (fault.What, fault.Where));
        Assert.EndsWith($"chmod go-w {folder[name]}", fault.Next, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".env", "BACKUP_HOOK_SMOKE_TEST=true", "BACKUP_HOOK_SMOKE_TEST")]
    [InlineData(".env", "BACKUP_PSQL_PATH=/tmp/psql", "BACKUP_PSQL_PATH")]
    [InlineData(".env", "DATABASE_URL=command:echo postgres://h/d", "DATABASE_URL")]
    [InlineData("tidemark.json", """{"Tidemark":{"Hooks":{"BeforeSwap":"true"}}}""", "BACKUP_HOOK_BEFORE_SWAP")]
    [InlineData("tidemark.json", """{"Tidemark":{"DatabaseUrl":"command:echo postgres://h/d"}}""", "DATABASE_URL")]
    public void One_that_its_group_may_write_must_not_say_what_is_run(string name, string text, string named)
    {
        Write(name, text, 0b110_110_100);
        Assert.EndsWith($": {named}", Refused().Why, StringComparison.Ordinal);
        Write(name, text, 0b110_100_100);
        Read();
    }

    [Theory]
    [InlineData(".env", "BACKUP_RETENTION_DAYS=3\nDATABASE_URL=postgres://h/d\nBACKUP_HOOK_SMOKE_TEST=")]
    [InlineData("tidemark.json", """{"Tidemark":{"RetentionDays":3,"DatabaseUrl":"env:ADDRESS"}}""")]
    public void With_a_umask_of_002_a_file_that_runs_nothing_is_obeyed(string name, string text)
    {
        Write(name, text, 0b110_110_100);
        Assert.Equal(3, Read().Options.Retention.Days);
    }

    public void Dispose() => folder.Dispose();

    private Fault Refused()
    {
        var fault = Assert.Throws<Fault>(() => Read());
        Assert.Equal(FaultCode.Configuration, fault.Code);
        return fault;
    }

    private TidemarkSettings Read() => ConfigurationReader.Read(Directory.CreateDirectory(folder["deeper"]).FullName, new Dictionary<string, string> { ["ADDRESS"] = "postgres://h/d" }, new Dictionary<string, string>());

    private void Write(string name, string text, int mode) => File.SetUnixFileMode(folder.Write(name, text), (UnixFileMode)mode);

    private static void Chown(string owner, string path, params string[] options)
    {
        using var chown = Process.Start("chown", [.. options, owner, path]);
        chown.WaitForExit();
        Assert.Equal(0, chown.ExitCode);
    }
}
