using System.Text;
using Tidemark.Configuration;
using Tidemark.Restores.Bases;

namespace Tidemark.Tests.Restores.Bases;

/// <summary>What a recovering server is given of our settings.</summary>
public sealed class FetchCallTests
{
    [Fact]
    public void References_are_handed_on_as_such_secrets_only_where_there_is_no_reference_and_nothing_else()
    {
        var call = Of(new()
        {
            ["DATABASE_URL"] = "postgresql://u:secret@h/db",
            ["BACKUP_DIR"] = "s3://bucket/prefix",
            ["BACKUP_IDENTITY"] = "keys/identity",
            ["BACKUP_IDENTITY_PASSPHRASE"] = "env:OPENS_IT",
            ["OPENS_IT"] = "it's $open",
            ["BACKUP_BANDWIDTH"] = "20MB",
            ["AWS_ACCESS_KEY_ID"] = "id",
            ["AWS_SECRET_ACCESS_KEY"] = "key",
            ["AZURE_STORAGE_CONNECTION_STRING"] = "of another",
            ["SLACK_BOT_TOKEN"] = "token",
        });
        Assert.Equal(
            ["AWS_ACCESS_KEY_ID=id", "AWS_SECRET_ACCESS_KEY=key", "BACKUP_BANDWIDTH=20000kB", "BACKUP_DIR=s3://bucket/prefix", "BACKUP_IDENTITY=file:/keys/identity", "BACKUP_IDENTITY_PASSPHRASE=env:OPENS_IT", "OPENS_IT=it's $open"],
            call.Settings.Select(one => $"{one.Name}={one.Value}").Order(StringComparer.Ordinal));
        Assert.Equal(["AWS_SECRET_ACCESS_KEY", "OPENS_IT"], call.Plain.Order(StringComparer.Ordinal));

        // What is written is what is read.
        var read = DotEnv.Parse(Encoding.UTF8.GetString(call.WriteSettings()), "settings", new ConfigurationFaults());
        Assert.Equal(call.Settings.ToDictionary(one => one.Name, one => one.Value), read.Entries.ToDictionary(entry => entry.Key, entry => entry.Value.Value));
    }

    [Fact]
    public void A_secret_that_was_said_as_it_is_goes_with_it_and_is_named()
    {
        var call = Of(new() { ["BACKUP_DIR"] = "/srv/backups", ["BACKUP_IDENTITY"] = "command:pass show key", ["BACKUP_IDENTITY_PASSPHRASE"] = "plain", ["AWS_SECRET_ACCESS_KEY"] = "of no store of ours" });
        Assert.Equal(["BACKUP_DIR=/srv/backups", "BACKUP_IDENTITY=command:pass show key", "BACKUP_IDENTITY_PASSPHRASE=plain"], call.Settings.Select(one => $"{one.Name}={one.Value}"));
        Assert.Equal(["BACKUP_IDENTITY_PASSPHRASE"], call.Plain);
    }

    private static FetchCall Of(Dictionary<string, string> environment) => FetchCall.Of(["/usr/local/bin/tidemark"], ConfigurationReader.Read("/", environment, new Dictionary<string, string>()).Options);
}
