using System.Globalization;
using Tidemark.Postgres;

namespace Tidemark.Configuration;

/// <summary>Reads all that was said, wherever it was said, into options that can be worked by; or says all that is wrong with it at once.</summary>
internal sealed partial class ConfigurationReader
{
    /// <summary>What an application of .NET beside us reads from the same environment and .env.</summary>
    private static readonly string[] NamesOfDotNet = ["ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT"];

    private readonly string root;
    private readonly IReadOnlyDictionary<string, string> environment;
    private readonly DotEnv dotEnv;
    private readonly SettingLayers layers;
    private readonly Dictionary<string, string> variables;
    private readonly Dictionary<string, string> variableOrigins;
    private readonly ConfigurationFaults faults;
    private readonly List<SettingValue> values = [];
    private readonly IReadOnlyDictionary<string, string> file;
    private readonly IReadOnlyList<string> files;
    private readonly IReadOnlyList<string> secretFiles;
    private bool retentionIsKnown;

    private ConfigurationReader(string workingFolder, IReadOnlyDictionary<string, string> environment, IReadOnlyDictionary<string, string> flags, HostSection? host)
    {
        faults = new ConfigurationFaults();
        root = ProjectRoot.Find(workingFolder);
        this.environment = environment;
        dotEnv = DotEnv.FindAndRead(workingFolder, faults);
        KnownVariables.Check(dotEnv, faults);
        file = host?.Read(faults) ?? SettingsFile.FindAndRead(workingFolder, faults);
        layers = new SettingLayers(flags, environment, dotEnv, file, host is null ? SettingsFile.FileName : HostSection.Origin);
        string?[] found = [UpwardSearch.Find(workingFolder, DotEnv.FileName), host is null ? UpwardSearch.Find(workingFolder, SettingsFile.FileName) : null];
        files = [.. found.OfType<string>()];

        // What others read (PG*, env: references, commands): the environment over .env.
        variables = dotEnv.Entries.ToDictionary(entry => entry.Key, entry => entry.Value.Value);
        variableOrigins = dotEnv.Entries.ToDictionary(entry => entry.Key, entry => $"{DotEnv.FileName}:{entry.Value.Line}");
        foreach (var (name, value) in environment.Where(variable => variable.Value.Length > 0))
            (variables[name], variableOrigins[name]) = (value, $"environment {name}");
        secretFiles = SecretFiles.Find(found[0], dotEnv, found[1], file, [layers.Get(SettingCatalogue.DatabaseUrl).Value, .. SecretFiles.Words.Select(word => layers.Get(word).Value), layers.Get(SettingCatalogue.Identity).Value is { } identity ? IdentityReference(identity) : null], root);
    }

    /// <summary>Depends on its arguments and on files only; runs nothing but what <c>command:</c> references say.</summary>
    /// <param name="workingFolder">Where the search for .env and tidemark.json begins.</param>
    /// <param name="environment">Variables by name.</param>
    /// <param name="flags">Values by the setting's <see cref="Setting.Name"/>, such as "BackupDir".</param>
    /// <param name="host">Of an application that this is a part of: what it says stands for tidemark.json. Null: there is none.</param>
    /// <exception cref="Fault"><see cref="FaultCode.Configuration"/> (6) with every fault in one message.</exception>
    public static TidemarkSettings Read(string workingFolder, IReadOnlyDictionary<string, string> environment, IReadOnlyDictionary<string, string> flags, HostSection? host = null)
    {
        var reading = Inspect(workingFolder, environment, flags, host);
        return reading.Fault is null ? new TidemarkSettings(reading.Options, reading.Values) : throw reading.Fault;
    }

    /// <summary>As <see cref="Read(string, IReadOnlyDictionary{string, string}, IReadOnlyDictionary{string, string}, HostSection)"/>, but gives the faults beside what could be read.</summary>
    public static ConfigurationReading Inspect(string workingFolder, IReadOnlyDictionary<string, string> environment, IReadOnlyDictionary<string, string> flags, HostSection? host = null)
    {
        if (flags.Keys.FirstOrDefault(name => SettingCatalogue.All.All(setting => setting.Name != name)) is { } unknown)
            throw new ArgumentException($"there is no setting {unknown}", nameof(flags));
        return new ConfigurationReader(workingFolder, environment, flags, host).Read();
    }

    private ConfigurationReading Read()
    {
        var database = ReadDatabase();
        var stores = ReadStores();
        var (schedules, schedulesSaidBy) = ReadSchedules();
        TidemarkOptions options = new()
        {
            ProjectRoot = root,
            Variables = variables,
            Database = database,
            Stores = stores,
            StateFolder = StatePlace.Of(stores, variables, root),
            Retention = ReadRetention(),
            SweepGrace = ReadSweepGrace(),
            Objectives = ReadObjectives(schedulesSaidBy is null ? null : schedules),
            Schedules = [.. schedules, .. ReadDrillSchedule(schedules)],
            SchedulesSaidBy = schedulesSaidBy,
            Format = ReadFormat(),
            LockWait = ReadLockWait(),
            Encryption = ReadEncryption(),
            Bandwidth = ReadBandwidth(),
            Clients = new(Program(SettingCatalogue.PgDumpPath), Program(SettingCatalogue.PgRestorePath), Program(SettingCatalogue.PsqlPath)),
            ProductionSaidBy = ReadProduction(),
            Heartbeat = new(
                Text(SettingCatalogue.HeartbeatTable)!,
                Text(SettingCatalogue.HeartbeatTypeColumn)!,
                Text(SettingCatalogue.HeartbeatMessageColumn)!,
                Text(SettingCatalogue.HeartbeatTimeColumn)!,
                Span(SettingCatalogue.HeartbeatInterval) ?? default,
                Span(SettingCatalogue.HeartbeatLimit) ?? default),
            Notices = ReadNotices(),
            Pings = new(Address(SettingCatalogue.BackupPingUrl, WebSchemes), Address(SettingCatalogue.ServicePingUrl, WebSchemes)),
            Hooks = new(
                Text(SettingCatalogue.AfterRestoreHook),
                Text(SettingCatalogue.SmokeTestHook),
                Text(SettingCatalogue.BeforeSwapHook),
                Text(SettingCatalogue.AfterSwapHook)),
            Drills = ReadDrills(),
            Wal = ReadWal(),
            Access = ReadAccess(),
        };
        ShowPostgresVariables();
        IReadOnlyList<SettingValue> shown = [.. values.OrderBy(value => PlaceOf(value.Name))];
        return new ConfigurationReading(options with { Shown = shown }, shown, faults.All, files, secretFiles)
        {
            Fault = faults.AsOne(root),
            RetentionIsKnown = retentionIsKnown,
        };
    }

    /// <summary>As in the documentation, whatever had to be read first; what others define comes last.</summary>
    private static int PlaceOf(string name)
    {
        for (var place = 0; place < SettingCatalogue.All.Count; place++)
            if (SettingCatalogue.All[place].Name == name) return place;
        return int.MaxValue;
    }

    private DatabaseAddress? ReadDatabase()
    {
        var setting = SettingCatalogue.DatabaseUrl;
        var (text, origin) = layers.Get(setting);
        var variablesSay = ConnectionKeywords.AddressVariables.Where(variables.ContainsKey).ToArray();
        if (text is null && variablesSay.Length == 0)
        {
            values.Add(new(setting.Name, null, origin));
            return null;
        }

        try
        {
            if (text is null)
                origin = string.Join(", ", variablesSay.Select(name => variableOrigins[name]));
            else if (SecretReference.IsReference(text))
                origin += $" ({text})";
            var secret = text is null ? "" : SecretReference.Resolve(text, root, variables);
            var address = DatabaseAddress.Parse(secret, variables, System.Environment.UserName);
            if (text == secret && origin.StartsWith("flag ", StringComparison.Ordinal) && DatabaseAddress.HoldsSecret(text))
                faults.Add(setting, secret, origin, "a password on a command line can be read by every user of the machine; use the variable, env:NAME or file:PATH");
            values.Add(new(setting.Name, address.ToString(), origin));
            return address;
        }
        catch (Fault fault)
        {
            faults.Add(setting, "", origin, $"{fault.What}: {fault.Why}");
            values.Add(new(setting.Name, "***", origin));
            return null;
        }
    }

    private RetentionPolicy ReadRetention()
    {
        var faultsBefore = faults.All.Count;
        var setting = SettingCatalogue.RetentionDays;
        var (text, origin) = layers.Get(setting);
        if (text == "none") values.Add(new(setting.Name, text, origin));
        var days = text == "none" ? null : Count(setting, " of days");
        int?[] others = [Count(SettingCatalogue.RetentionCount), Count(SettingCatalogue.RetentionDaily), Count(SettingCatalogue.RetentionWeekly), Count(SettingCatalogue.RetentionMonthly), Count(SettingCatalogue.RetentionYearly)];
        if (text == "none" && others.All(count => count is null))
            faults.Add(setting, text, origin, "no other rule would keep a backup; set BACKUP_RETENTION_COUNT or one of its kind too, or give a whole number of days");
        retentionIsKnown = faults.All.Count == faultsBefore;
        return new(days, others[0], others[1], others[2], others[3], others[4], Span(SettingCatalogue.RecoveryWindow));
    }

    private TimeSpan ReadSweepGrace()
    {
        var (setting, least) = (SettingCatalogue.SweepGrace, TimeSpan.FromHours(1));
        if (Span(setting) is not { } grace) return TimeSpan.MaxValue;
        if (grace < least) faults.Add(setting, layers.Get(setting).Value!, layers.Get(setting).Origin, "must be 1h at least, and longer than the longest backup takes: 7d");
        return grace;
    }

    /// <summary>Null when it was not given. Zero is refused: nobody wants to keep nothing.</summary>
    private int? Count(Setting setting, string of = "")
    {
        var (text, origin) = layers.Get(setting);
        values.Add(new(setting.Name, text, origin));
        if (text is null)
            return null;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is > 0 and <= 36_500)
            return count;
        faults.Add(setting, text, origin, $"must be a whole number{of} from 1 to 36500");
        return 1;
    }

    /// <param name="schedules">Somebody's own; null: nobody said.</param>
    private ObjectiveOptions ReadObjectives(IReadOnlyList<ScheduleOptions>? schedules)
    {
        var (rpo, rto, proofAge) = (Span(SettingCatalogue.Rpo), Span(SettingCatalogue.Rto) ?? default, Span(SettingCatalogue.ProofAge));
        var said = new ObjectiveOptions(rpo, rto, proofAge);
        // What was said and cannot be read is no reason to take another.
        if (layers.Get(SettingCatalogue.Rpo).Value is not null) return said;
        return schedules is null ? said with { RpoIsOfService = true } : said.OrOf(schedules);
    }

    private string? ReadFormat()
    {
        var (text, origin) = layers.Get(SettingCatalogue.Format);
        values.Add(new(SettingCatalogue.Format.Name, text, origin));
        switch (text)
        {
            case null or "custom" or "sql.gz":
                return text;
            default:
                faults.Add(SettingCatalogue.Format, text, origin, "must be custom or sql.gz");
                return null;
        }
    }

    /// <remarks>The server keeps it as milliseconds in 32 bits.</remarks>
    private TimeSpan ReadLockWait()
    {
        var (text, origin) = layers.Get(SettingCatalogue.LockWait);
        values.Add(new(SettingCatalogue.LockWait.Name, text, origin));
        if (Duration.TryParse(text, out var wait) && wait.Span > TimeSpan.Zero && wait.Span <= TimeSpan.FromDays(24))
            return wait.Span;
        faults.Add(SettingCatalogue.LockWait, text!, origin, "must be a whole number and one of s, m, h, d, from 1s to 24d");
        return default;
    }

    private long? ReadBandwidth()
    {
        var (text, origin) = layers.Get(SettingCatalogue.Bandwidth);
        values.Add(new(SettingCatalogue.Bandwidth.Name, text, origin));
        if (text is null) return null;
        if (ByteCount.TryParse(text, out var count)) return count.Bytes;
        faults.Add(SettingCatalogue.Bandwidth, text, origin, "must be a whole number and one of kB, MB, GB, KiB, MiB, GiB, from 1kB on: 20MB");
        return null;
    }

    /// <remarks>Not by precedence: one place that says production is enough, and no stronger one can take it back.</remarks>
    private string? ReadProduction()
    {
        Text(SettingCatalogue.Environment);
        return layers.Said(SettingCatalogue.Environment)
            .Concat(NamesOfDotNet.SelectMany(SaidByVariable))
            .Where(said => ProductionWords.Include(said.Value))
            .Select(said => said.Origin)
            .FirstOrDefault();
    }

    /// <summary>In the environment and in .env, each of which counts.</summary>
    private IEnumerable<(string? Value, string Origin)> SaidByVariable(string name)
    {
        if (environment.TryGetValue(name, out var value))
            yield return (value, $"environment {name}");
        if (dotEnv.Entries.TryGetValue(name, out var entry))
            yield return (entry.Value, $"{DotEnv.FileName}:{entry.Line}");
    }

    private TimeSpan? Span(Setting setting)
    {
        if (Text(setting) is not { } text) return null;
        if (Duration.TryParse(text, out var duration) && duration.Span > TimeSpan.Zero) return duration.Span;
        faults.Add(setting, text, layers.Get(setting).Origin, "must be a whole number above 0 and one of s, m, h, d: 15m, 26h, 7d");
        return null;
    }

    private string? Text(Setting setting) => Shown(setting, text => text);

    /// <remarks>A bare name is looked up in PATH by whoever runs it.</remarks>
    private string? Program(Setting setting) => Shown(setting, text => text.Contains('/') ? AbsolutePath(text) : text);

    private string? Shown(Setting setting, Func<string, string> refine)
    {
        var (text, origin) = layers.Get(setting);
        var refined = text is null ? null : refine(text);
        values.Add(new(setting.Name, refined, origin));
        return refined;
    }

    /// <remarks>No shell has seen what stands in .env or JSON, so '~/' is ours to expand.</remarks>
    private string AbsolutePath(string path) => Path.TrimEndingDirectorySeparator(
        path.StartsWith("~/", StringComparison.Ordinal) && variables.TryGetValue("HOME", out var home)
            ? Path.GetFullPath(path[2..], home)
            : Path.GetFullPath(path, root));

    private void ShowPostgresVariables()
    {
        foreach (var (keyword, name) in ConnectionKeywords.Variables)
        {
            if (name is not null && variables.TryGetValue(name, out var value))
                values.Add(new(name, ConnectionKeywords.Secret.Contains(keyword) ? "***" : value, variableOrigins[name]));
        }
    }
}
