using Tidemark.Configuration;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Configuration;

public sealed class ConfigurationReaderTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly Dictionary<string, string> environment = [];
    private readonly Dictionary<string, string> flags = [];

    [Fact]
    public void With_nothing_said_the_defaults_hold()
    {
        var (options, values) = Read();
        Assert.Equal((folder.Path, folder["backups"], 7, null), (options.ProjectRoot, options.Stores[0].ToString(), options.Retention.Days, options.Format));
        Assert.Null(options.Database);
        Assert.False(options.Production);
        Assert.Equal(new HeartbeatOptions("system_events", "event_type", "message", "created_at", TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15)), options.Heartbeat);
        Assert.Equal(new HookOptions(null, null, null, null), options.Hooks);
        Assert.Equal(new ClientPathOptions(null, null, null), options.Clients);
        Assert.Equal(SettingCatalogue.All.Select(setting => setting.Name).Order(), values.Select(value => value.Name).Order());
        Assert.Contains(new SettingValue("RetentionDays", "7", "default"), values);
        Assert.Contains(new SettingValue("Format", null, "not set"), values);
    }

    [Fact]
    public void Flag_beats_environment_beats_dotenv_beats_json_beats_default()
    {
        Assert.Equal((7, "default"), Retention());
        folder.Write("tidemark.json", """{ "Other": { "X": 1 }, "Tidemark": { "RetentionDays": 1, /* why */ }, }""");
        Assert.Equal((1, "tidemark.json"), Retention());
        folder.Write(".env", "\nBACKUP_RETENTION_DAYS=2");
        Assert.Equal((2, ".env:2"), Retention());
        environment["BACKUP_RETENTION_DAYS"] = "";
        Assert.Equal((2, ".env:2"), Retention());
        environment["BACKUP_RETENTION_DAYS"] = "3";
        Assert.Equal((3, "environment BACKUP_RETENTION_DAYS"), Retention());
        flags["RetentionDays"] = "4";
        Assert.Equal((4, "flag --retention-days"), Retention());
    }

    [Fact]
    public void Every_setting_is_read_from_json()
    {
        folder.Write("tidemark.json", """
            { "tidemark": { "databaseUrl": "postgres://u:p@h/d", "BackupDir": "~/b/", "Format": "sql.gz", "PgDumpPath": "bin/pg_dump", "PgRestorePath": "/x/pg_restore",
              "PsqlPath": "psql-17", "Environment": "production", "HeartbeatTable": "mon.t", "HeartbeatTypeColumn": "a", "HeartbeatMessageColumn": "b",
              "HeartbeatTimeColumn": "c", "HeartbeatInterval": "30s", "Hooks": { "AfterRestore": "1", "SmokeTest": "2", "BeforeSwap": "3", "AfterSwap": null } } }
            """);
        environment["HOME"] = "/home/me";
        var options = Read().Options;
        Assert.Equal("postgresql://u:p@h:5432/d", options.Database!.ToUrl());
        Assert.Equal(("/home/me/b", "sql.gz", "tidemark.json"), (options.Stores[0].ToString(), options.Format, options.ProductionSaidBy));
        Assert.Equal(new ClientPathOptions(folder["bin/pg_dump"], "/x/pg_restore", "psql-17"), options.Clients);
        Assert.Equal(new HeartbeatOptions("mon.t", "a", "b", "c", TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(15)), options.Heartbeat);
        Assert.Equal(new HookOptions("1", "2", "3", null), options.Hooks);
    }

    [Fact]
    public void Relative_paths_begin_at_the_project_root_wherever_one_stands()
    {
        folder.Write(".env", "BACKUP_DIR=../store");
        Directory.CreateDirectory(folder["a/b"]);
        Assert.Equal(Path.GetFullPath(folder["../store"]), Read("a/b").Options.Stores[0].ToString());
        folder.Write("a/tidemark.json", "{}");
        Assert.Equal((folder["a"], folder["store"]), (Read("a/b").Options.ProjectRoot, Read("a/b").Options.Stores[0].ToString()));
    }

    [Fact]
    public void Every_fault_is_told_at_once_with_value_and_origin_and_no_secret()
    {
        folder.Write(".env", "BACKUP_RETENTION_DAYS=0\nnonsense\nDATABASE_URL=postgres://u:s3cret@h:x/d\n");
        folder.Write("tidemark.json", """{ "Tidemark": { "Format": "zip", "BackpuDir": "x", "Hooks": { "Never": "y" } } }""");
        var fault = Assert.Throws<Fault>(() => Read());
        Assert.Equal(FaultCode.Configuration, fault.Code);
        Assert.StartsWith("6 faults", fault.What);
        Assert.Contains("- BACKUP_RETENTION_DAYS '0' (.env:1): must be a whole number", fault.What);
        Assert.Contains(".env:2: there is no '='", fault.What);
        Assert.Contains("- DATABASE_URL (a secret) (.env:3): the database address cannot be read", fault.What);
        Assert.Contains("- BACKUP_FORMAT 'zip' (tidemark.json, Format): must be custom or sql.gz", fault.What);
        Assert.Contains("no setting Tidemark:BackpuDir", fault.What);
        Assert.Contains("no setting Tidemark:Hooks:Never", fault.What);
        Assert.DoesNotContain("s3cret", fault.What);
    }

    [Theory]
    [InlineData("{ \"Tidemark\": {\n oops }")]
    [InlineData("{ \"Tidemark\": { \"BackupDir\": { \"x\": 1 } } }")]
    [InlineData("{ \"Tidemark\": \"x\" }")]
    [InlineData("{ \"Tidemark\": { \"RetentionDays\": 7.5 } }")]
    [InlineData("{ \"Tidemark\": { \"RetentionDays\": 1, \"retentiondays\": 2 } }")]
    [InlineData("")]
    public void A_json_file_that_cannot_be_used_is_a_configuration_fault(string json)
    {
        folder.Write("tidemark.json", json);
        Assert.Equal(FaultCode.Configuration, Assert.Throws<Fault>(() => Read()).Code);
    }

    [Theory]
    [InlineData("7d")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("99999999999")]
    public void Retention_is_a_positive_whole_number(string days)
    {
        flags["RetentionDays"] = days;
        Assert.Contains($"BACKUP_RETENTION_DAYS '{days}' (flag --retention-days)", Assert.Throws<Fault>(() => Read()).What);
    }

    [Fact]
    public void Objectives_are_read_and_only_the_rto_has_a_default()
    {
        Assert.Equal(new ObjectiveOptions(null, TimeSpan.FromMinutes(60), null) { RpoIsOfService = true }, Read().Options.Objectives);
        environment["BACKUP_RPO"] = "15m";
        folder.Write(".env", "BACKUP_PROOF_AGE=92d");
        folder.Write("tidemark.json", """{ "Tidemark": { "Objectives": { "Rto": "90s", "Rpo": "1h" } } }""");
        Assert.Equal(new ObjectiveOptions(TimeSpan.FromMinutes(15), TimeSpan.FromSeconds(90), TimeSpan.FromDays(92)), Read().Options.Objectives);
    }

    [Theory]
    [InlineData("Objectives:Rpo", "0m")]
    [InlineData("Objectives:Rto", "0s")]
    [InlineData("Objectives:ProofAge", "quarterly")]
    [InlineData("Objectives:Rpo", "15")]
    [InlineData("Objectives:Rpo", "-1h")]
    public void An_objective_is_a_span_above_zero(string setting, string text)
    {
        flags[setting] = text;
        Assert.StartsWith($"{SettingCatalogue.All.Single(one => one.Name == setting).Variable} '{text}' (flag --objectives-", Assert.Throws<Fault>(() => Read()).What, StringComparison.Ordinal);
    }

    [Fact]
    public void The_database_may_come_from_PG_variables_alone_and_is_shown_without_its_password()
    {
        folder.Write(".env", "PGHOST=db\nPGPASSWORD=s3cret\n");
        environment["PGDATABASE"] = "shop";
        environment["PGUSER"] = "me";
        var (options, values) = Read();
        Assert.Equal(("shop", "s3cret"), (options.Database!.Database, options.Database.Password));
        Assert.Contains(new SettingValue("DatabaseUrl", "postgresql://me:***@db:5432/shop", ".env:1, environment PGDATABASE, environment PGUSER"), values);
        Assert.Contains(new SettingValue("PGPASSWORD", "***", ".env:2"), values);
        Assert.DoesNotContain("s3cret", string.Join('\n', values) + options);
    }

    [Theory]
    [InlineData("env:THE_URL")]
    [InlineData("file:secret/url")]
    [InlineData("command:cat secret/url; test -z \"$NOT_SET\"")]
    public void A_secret_may_be_kept_elsewhere(string reference)
    {
        folder.Write("secret/url", "postgres://u:p@h/d\n");
        folder.Write(".env", "THE_URL=postgres://u:p@h/d");
        environment["DATABASE_URL"] = reference;
        environment["PATH"] = "/usr/bin:/bin";
        var (options, values) = Read();
        Assert.Equal("postgresql://u:p@h:5432/d", options.Database!.ToUrl());
        Assert.Contains(new SettingValue("DatabaseUrl", "postgresql://u:***@h:5432/d", $"environment DATABASE_URL ({reference})"), values);
    }

    [Theory]
    [InlineData("env:NOT_SET", "the variable NOT_SET is not set")]
    [InlineData("file:nowhere", "Could not find file")]
    [InlineData("command:exit 3", "exit code 3")]
    [InlineData("command:true", "gives nothing")]
    public void A_reference_that_leads_to_nothing_says_so(string reference, string why)
    {
        environment["DATABASE_URL"] = reference;
        var fault = Assert.Throws<Fault>(() => Read());
        Assert.Contains(reference, fault.What);
        Assert.Contains(why, fault.What);
    }

    [Fact]
    public void A_password_on_the_command_line_is_refused()
    {
        flags["DatabaseUrl"] = "postgres://u:s3cret@h/d";
        var fault = Assert.Throws<Fault>(() => Read());
        Assert.Contains("can be read by every user", fault.What);
        Assert.DoesNotContain("s3cret", fault.What);
        flags["DatabaseUrl"] = "postgres://u@h/d";
        Assert.Equal("h", Read().Options.Database!.Places[0].Host);
    }

    [Theory]
    [InlineData("ENV", "prod", true)]
    [InlineData("ENV", " PRD ", true)]
    [InlineData("ENV", "Live", true)]
    [InlineData("ENV", "production", true)]
    [InlineData("ENV", "nonprod", false)]
    [InlineData("ENV", "delivery", false)]
    [InlineData("ASPNETCORE_ENVIRONMENT", "Production", true)]
    [InlineData("DOTNET_ENVIRONMENT", "production", true)]
    [InlineData("DOTNET_ENVIRONMENT", "Development", false)]
    public void Any_usual_word_for_production_arms_the_guard_in_the_environment_and_in_dotenv(string name, string word, bool production)
    {
        environment[name] = word;
        Assert.Equal(production ? $"environment {name}" : null, Read().Options.ProductionSaidBy);
        environment[name] = "Staging";
        folder.Write(".env", $"{name}='{word}'");
        Assert.Equal(production ? ".env:1" : null, Read().Options.ProductionSaidBy);
    }

    [Fact]
    public void Production_once_said_cannot_be_taken_back_by_a_stronger_place()
    {
        folder.Write("tidemark.json", """{ "Tidemark": { "Environment": "Production" } }""");
        environment["ENV"] = "development";
        var (options, values) = Read();
        Assert.Equal((true, "tidemark.json"), (options.Production, options.ProductionSaidBy));
        Assert.Contains(new SettingValue("Environment", "development", "environment ENV"), values);
    }

    [Theory]
    [InlineData("BACKUP_RETENTION_DAY", "BACKUP_RETENTION_DAYS")]
    [InlineData("BACKUP_DIRECTORY", "BACKUP_DIR")]
    [InlineData("BACKUP_PG_DUMP_PATH", "BACKUP_PGDUMP_PATH")]
    [InlineData("HEARTBEAT_TABEL", "HEARTBEAT_TABLE")]
    [InlineData("TIDEMARK_CACHES", "TIDEMARK_CACHE")]
    public void A_misspelt_name_in_dotenv_is_a_fault_that_names_the_nearest(string name, string nearest)
    {
        folder.Write(".env", name + "=x");
        Assert.Equal($"{name} (.env:1): there is no such setting; the nearest is {nearest}", Assert.Throws<Fault>(() => Read()).What);
    }

    [Fact]
    public void Other_peoples_names_and_words_of_later_versions_may_stand_in_dotenv()
    {
        folder.Write(".env", "APP_BACKUP_X=1\nTIDEMARK_CACHE=x\nTIDEMARK_BIN=x\nTIDEMARK_SOAK=1\n"
            + string.Join('\n', SettingCatalogue.All.Select(setting => setting.Variable + "=")));
        Read();
    }

    [Fact]
    public void Each_rule_of_retention_is_read_and_the_seven_days_stay_unless_they_are_taken_away()
    {
        folder.Write(".env", "BACKUP_RETENTION_COUNT=3\nBACKUP_RETENTION_DAILY=14\nBACKUP_RETENTION_WEEKLY=8\nBACKUP_RETENTION_MONTHLY=12\nBACKUP_RETENTION_YEARLY=5");
        Assert.Equal(new RetentionPolicy(7, 3, 14, 8, 12, 5), Read().Options.Retention);
        environment["BACKUP_RETENTION_DAYS"] = "none";
        Assert.Equal(new RetentionPolicy(null, 3, 14, 8, 12, 5), Read().Options.Retention);
        Assert.Equal("last 3, 14 daily, 8 weekly, 12 monthly, 5 yearly", Read().Options.Retention.InWords());
    }

    [Fact]
    public void No_rule_at_all_is_refused()
    {
        environment["BACKUP_RETENTION_DAYS"] = "none";
        Assert.Contains("BACKUP_RETENTION_DAYS 'none' (environment BACKUP_RETENTION_DAYS): no other rule would keep a backup", Assert.Throws<Fault>(() => Read()).What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("RetentionCount", "0")]
    [InlineData("RetentionDaily", "-1")]
    [InlineData("RetentionWeekly", "none")]
    [InlineData("RetentionMonthly", "1.5")]
    [InlineData("RetentionYearly", "36501")]
    public void A_rule_of_retention_is_a_positive_whole_number(string name, string value)
    {
        flags[name] = value;
        Assert.StartsWith($"{SettingCatalogue.All.Single(one => one.Name == name).Variable} '{value}'", Assert.Throws<Fault>(() => Read()).What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_flag_that_is_no_setting_is_a_mistake_of_ours()
    {
        flags["--format"] = "custom";
        Assert.Throws<ArgumentException>(() => Read());
    }

    [Theory]
    [InlineData("2h", 120)]
    [InlineData("10m", 10)]
    public void The_wait_for_locks_is_a_duration(string text, int minutes)
    {
        environment["BACKUP_LOCK_WAIT"] = text;
        Assert.Equal(TimeSpan.FromMinutes(minutes), Read().Options.LockWait);
    }

    [Theory]
    [InlineData("0s")]
    [InlineData("10")]
    [InlineData("25d")]
    [InlineData("for ever")]
    public void A_wait_for_locks_that_the_server_cannot_keep_is_refused(string text)
    {
        environment["BACKUP_LOCK_WAIT"] = text;
        Assert.StartsWith("BACKUP_LOCK_WAIT '", Assert.Throws<Fault>(() => Read()).What, StringComparison.Ordinal);
    }

    [Fact]
    public void The_bandwidth_is_bytes_a_second_and_nothing_limits_it_by_itself()
    {
        Assert.Null(Read().Options.Bandwidth);
        environment["BACKUP_BANDWIDTH"] = "20MB";
        Assert.Equal(20_000_000, Read().Options.Bandwidth);
        environment["BACKUP_BANDWIDTH"] = "20";
        Assert.StartsWith("BACKUP_BANDWIDTH '20'", Assert.Throws<Fault>(() => Read()).What, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private TidemarkSettings Read(string workingFolder = "") => ConfigurationReader.Read(folder[workingFolder].TrimEnd('/'), environment, flags);

    private (int? Days, string Origin) Retention()
    {
        var (options, values) = Read();
        return (options.Retention.Days, values.Single(value => value.Name == "RetentionDays").Origin);
    }
}
