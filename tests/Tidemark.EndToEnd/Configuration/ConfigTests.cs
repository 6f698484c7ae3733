using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Configuration;

/// <summary>The settings as the program itself reads them: no option may get lost on the way, silently, in the native file either.</summary>
public sealed partial class ConfigTests : IDisposable
{
    private readonly Scratch scratch = new("config");

    /// <summary>The second source of what there is: the page for people.</summary>
    private static (string Variable, string Key, string Default)[] Settings { get; } =
        [.. Rows().Matches(File.ReadAllText(Path.Combine(Workshop.Repository, "docs", "configuration.md"))).Select(row => (row.Groups[1].Value, row.Groups[2].Value, row.Groups[3].Value))];

    [Theory]
    [InlineData("environment")]
    [InlineData(".env")]
    [InlineData("tidemark.json")]
    public async Task Every_option_is_read_back_from_every_place(string place)
    {
        Assert.True(Settings.Length >= 16, "the table of settings is not found any more");
        TidemarkProgram program = new(scratch.Folder);
        var document = new JsonObject();
        foreach (var (variable, key, standard) in Settings)
        {
            var value = Sample(variable, standard);
            if (place == "environment") program.With(variable, value);
            if (place == ".env") await File.AppendAllTextAsync(scratch[".env"], $"{variable}='{value}'\n", TestContext.Current.CancellationToken);
            var parts = key.Split(':');
            var section = parts.Length == 1 ? document : (JsonObject)(document[parts[0]] ??= new JsonObject());
            section[parts[^1]] = value;
        }
        if (place == "tidemark.json") await File.WriteAllTextAsync(scratch[place], new JsonObject { ["Tidemark"] = document }.ToJsonString(), TestContext.Current.CancellationToken);

        var result = (await program.RunAsync("config", "show", "--json")).Ends(0);
        var shown = result.Json.GetProperty("settings").EnumerateArray().ToDictionary(setting => setting.GetProperty("variable").GetString()!);
        for (var at = 0; at < Settings.Length; at++)
        {
            var (variable, key, standard) = Settings[at];
            Assert.Equal(key, shown[variable].GetProperty("name").GetString());
            Assert.Equal(variable switch { "DATABASE_URL" => "postgresql://u:***@h:5432/d", "BACKUP_IDENTITY" => "***", _ when IsSecret(variable, standard) => "***", _ => Sample(variable, standard) }, shown[variable].GetProperty("value").GetString());
            Assert.Equal(place switch { "environment" => $"environment {variable}", ".env" => $".env:{at + 1}", _ => place } + (variable == "BACKUP_IDENTITY" ? " (env:KEY)" : ""), shown[variable].GetProperty("origin").GetString());
        }
        Assert.Equal(Settings.Length, shown.Count);
        Assert.DoesNotContain("s3cret", result.ToString(), StringComparison.Ordinal);
        (await program.RunAsync("config", "check")).Ends(0);
    }

    [Fact]
    public async Task All_that_is_wrong_is_told_at_once_and_what_can_be_shown_is_shown()
    {
        await File.WriteAllTextAsync(scratch[".env"], "BACKUP_RETENTION_DAYS=never\nBACKPU_DIR=x\nBACKUP_DRI=y\nDATABASE_URL=postgresql://u:s3cret@h:x/d\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(scratch["tidemark.json"], """{ "Tidemark": { "Format": "zip", "Retention": 3, "HeartbeatTable": "beats" } }""", TestContext.Current.CancellationToken);
        TidemarkProgram program = new(scratch.Folder);
        foreach (var verb in (string[])["check", "show"])
        {
            var result = (await program.RunAsync("config", verb)).Ends(6);
            foreach (var fault in (string[])["5 faults", "BACKUP_RETENTION_DAYS 'never' (.env:1)", "BACKUP_DRI (.env:3): there is no such setting; the nearest is BACKUP_DIR", "DATABASE_URL (a secret) (.env:4)", "BACKUP_FORMAT 'zip' (tidemark.json, Format)", "no setting Tidemark:Retention"])
                Assert.Contains(fault, result.Errors, StringComparison.Ordinal);
            Assert.DoesNotContain("s3cret", result.ToString(), StringComparison.Ordinal);
        }
        var document = (await program.RunAsync("config", "check", "--json")).Ends(6).Json;
        Assert.Equal(5, document.GetProperty("faults").GetArrayLength());
        Assert.Contains(document.GetProperty("settings").EnumerateArray(), setting => setting.GetProperty("value").GetString() == "beats" && setting.GetProperty("origin").GetString() == "tidemark.json");
    }

    [Fact]
    public async Task The_document_has_the_approved_shape()
    {
        var document = (await new TidemarkProgram(scratch.Folder).With("PGHOST", "h").With("PGPASSWORD", "s3cret").RunAsync("config", "show", "--json")).Ends(0).Json;
        Assert.Equal(["projectRoot", "files", "settings", "faults"], document.EnumerateObject().Select(property => property.Name));
        Assert.All(document.GetProperty("settings").EnumerateArray(), setting => Assert.Equal(["name", "variable", "value", "origin"], setting.EnumerateObject().Select(property => property.Name)));
        var password = document.GetProperty("settings").EnumerateArray().Single(setting => setting.GetProperty("variable").GetString() == "PGPASSWORD");
        Assert.Equal((JsonValueKind.Null, "***", "environment PGPASSWORD"), (password.GetProperty("name").ValueKind, password.GetProperty("value").GetString(), password.GetProperty("origin").GetString()));
    }

    [Fact]
    public async Task What_schedules_and_retention_cannot_meet_is_a_warning()
    {
        var program = new TidemarkProgram(scratch.Folder).With("BACKUP_RPO", "15m").With("BACKUP_SCHEDULE_CRON", "@hourly").With("BACKUP_DRILL_SCHEDULE", "@quarterly");
        var check = (await program.RunAsync("config", "check", "--json")).Ends(0);
        Assert.Contains("warning: BACKUP_RPO=15m cannot be met: 1h may lie between two backups", check.Errors, StringComparison.Ordinal);
        Assert.Contains("warning: drills pick from the backups of 90 days, and retention (7 days) keeps none that is older than 7 days", check.Errors, StringComparison.Ordinal);
        Assert.Equal(2, check.Json.GetProperty("warnings").GetArrayLength());
    }

    public void Dispose() => scratch.Dispose();

    private static bool IsSecret(string variable, string standard) => Sample(variable, standard).Contains("s3cret", StringComparison.Ordinal);

    /// <summary>Another value than the default, of the kind that the setting takes.</summary>
    private static string Sample(string variable, string standard) => variable switch
    {
        "DATABASE_URL" or "BACKUP_DRILL_TARGET" => "postgresql://u:s3cret@h/d",
        "BACKUP_DIR" or "BACKUP_DRILL_ASSERTIONS" or "BACKUP_DRILL_FOLDER" or "BACKUP_PGDUMP_PATH" or "BACKUP_PGRESTORE_PATH" or "BACKUP_PSQL_PATH" => $"/set/{variable}",
        "BACKUP_DRILL_WIKI" => "https://u:s3cret@example.com/wiki.git#drills",
        "BACKUP_FORMAT" => "sql.gz",
        "BACKUP_IDENTITY" => "env:KEY",
        "BACKUP_IDENTITY_PASSPHRASE" => "s3cret",
        "BACKUP_ENCRYPT_TO" => "age1dzj8rreglr62tfc8qrnae7azmwdrp8gug2kuqk7epsm9497fxpgse6rlfl",
        "BACKUP_SCHEDULE_CRON" => "@hourly custom",
        "BACKUP_DRILL_SCHEDULE" => "@monthly",
        "BACKUP_SCHEDULE_ZONE" => "Europe/Berlin",
        "BACKUP_SCHEDULE_BLACKOUT" => "08:00-18:00",
        "BACKUP_SCHEDULE_JITTER" or "BACKUP_SCHEDULE_GRACE" or "BACKUP_LOCK_WAIT" or "BACKUP_RPO" or "BACKUP_RTO" or "BACKUP_PROOF_AGE" or "BACKUP_RECOVERY_WINDOW" or "BACKUP_SWEEP_GRACE" or "HEARTBEAT_INTERVAL" or "HEARTBEAT_LIMIT" or "BACKUP_WAL_SHIP_EVERY" => "90m",
        "SLACK_WEBHOOK_URL" or "NOTIFY_WEBHOOK_URL" or "BACKUP_PING_URL" or "TIDEMARK_PING_URL" => "https://example.com/s3cret",
        "SLACK_API_URL" => "https://example.com/api/",
        "SLACK_BOT_TOKEN" or "NOTIFY_WEBHOOK_SECRET" => "s3cret",
        "SMTP_URL" => "smtps://u:s3cret@example.com",
        "NOTIFY_EMAIL_TO" or "NOTIFY_EMAIL_FROM" => "ops@example.com",
        "BACKUP_BANDWIDTH" or "TIDEMARK_UPLOAD_LIMIT" or "BACKUP_WAL_SPOOL_LIMIT" or "BACKUP_WAL_SLOT_LIMIT" => "20MB",
        "BACKUP_WAL" => "receive",
        "BACKUP_WAL_SLOT" => "another_slot",
        "BACKUP_WAL_SYNCHRONOUS" => "yes",
        "BACKUP_WAL_OVER_LIMIT" => "drop",
        "TIDEMARK_ADMIN_TOKEN" => "s3cret-and-long-enough",
        _ when variable.StartsWith("BACKUP_RETENTION_", StringComparison.Ordinal) => "9",
        _ when int.TryParse(standard, out var number) => $"{number + 1}",
        _ => $"set {variable}",
    };

    [GeneratedRegex(@"^\| `([A-Z_]+)` \| `([A-Za-z:]+)` \| (?:`([^`]*)`)? *\|", RegexOptions.Multiline)]
    private static partial Regex Rows();
}
