using Tidemark.Cli.Output;
using Tidemark.Dumps;
using Tidemark.Postgres;

namespace Tidemark.Tests.Output;

public sealed class ShownSettingsTests
{
    [Theory]
    [InlineData("app.api_key", "***")]
    [InlineData("app.JWT_SECRET", "***")]
    [InlineData("app.dbPassword", "***")]
    [InlineData("app.token", "***")]
    [InlineData("work_mem", "value")]
    [InlineData("search_path", "value")]
    public void Values_of_settings_that_are_named_like_secrets_are_not_shown_and_stay_in_the_manifest(string name, string shown)
    {
        var manifest = Manifest(new DatabaseSetting("app_role", name, "value"));
        Assert.Equal(new DatabaseSetting("app_role", name, shown), Assert.Single(ShownSettings.Of(manifest).DatabaseFacts!.Settings));
        Assert.Equal("value", Assert.Single(manifest.DatabaseFacts!.Settings).Value);
    }

    private static DumpManifest Manifest(DatabaseSetting setting) => new()
    {
        Id = "1",
        Database = "shop",
        File = "a.dump",
        Format = "custom",
        Size = 1,
        Sha256 = "",
        ContentSha256 = "",
        DumpedBytes = 1,
        StartedAt = DateTimeOffset.UnixEpoch,
        RecoveryPoint = DateTimeOffset.UnixEpoch,
        FinishedAt = DateTimeOffset.UnixEpoch,
        Check = "full",
        DatabaseFacts = new DatabaseFacts
        {
            Name = "shop",
            Oid = 1,
            Owner = "o",
            Encoding = "UTF8",
            Collate = "C",
            Ctype = "C",
            Provider = "libc",
            ConnectionLimit = -1,
            AllowsConnections = true,
            Settings = [setting],
        },
    };
}
