using Tidemark.Postgres;

namespace Tidemark.Tests.Postgres;

public sealed class ClientChoiceTests
{
    [Theory]
    [InlineData("15.18", "13.23 15.20 17.12 18.6", "15.20", null)] // the own major
    [InlineData("15.20", "15.18 17.12", "15.18", "older minor release")] // the own major even when its minor is older: but said
    [InlineData("15.18", "15.12 15.20", "15.20", null)] // of two of one major, the newer minor
    [InlineData("16.14", "13.23 17.10 17.12 18.6", "17.12", "newer major")] // else the lowest newer major
    [InlineData("18.6", "13.23 17.12", null, null)] // never an older one
    [InlineData("18.6", "", null, null)]
    public void The_client_that_dumps_a_server_is_chosen_by_version(string server, string installed, string? chosen, string? warning)
    {
        var choice = ClientChoice.For(Version(server), Tools(installed));
        Assert.Equal(chosen, choice?.Tools.Version.ToString());
        if (warning is null) Assert.Null(choice?.Warning);
        else Assert.Contains(warning, choice!.Warning);
    }

    [Theory]
    [InlineData("15.18", "15.18", "15.18 17.12", "15.18")]
    [InlineData("15.18", "17.12", "15.18 17.12", "17.12")] // 15 cannot read the archive of 17
    [InlineData("15.18", "16.14", "15.18 16.14 18.6", "16.14")]
    [InlineData("13.23", "15.18", "13.23 15.18", "13.23")] // 13 to 15 write one archive version
    [InlineData("18.6", "17.12", "17.12", "17.12")] // an older reader is better than none, and warned of
    [InlineData("15.18", "18.6", "15.18 16.14", null)]
    [InlineData("17.12", null, "15.18 17.12", "17.12")] // plain text: no archive to be read
    public void The_client_that_restores_must_be_able_to_read_the_archive(string target, string? dumpedBy, string installed, string? chosen) =>
        Assert.Equal(chosen, ClientChoice.ForRestore(Version(target), ServerVersion.Parse(dumpedBy), Tools(installed))?.Tools.Version.ToString());

    private static ServerVersion Version(string text) => ServerVersion.Parse(text)!.Value;

    private static List<ClientTools> Tools(string versions) =>
        [.. versions.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(version => new ClientTools { Version = Version(version), PgDump = $"/{version}/pg_dump", PgRestore = "", Psql = "", PgDumpAll = "" })];
}
