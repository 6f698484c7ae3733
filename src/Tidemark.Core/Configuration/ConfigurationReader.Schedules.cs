using Quartz;

namespace Tidemark.Configuration;

internal sealed partial class ConfigurationReader
{
    /// <summary>What each schedule of its own in tidemark.json may say.</summary>
    public static readonly string[] ScheduleKeys = ["Cron", "Kind", "Format", "Zone", "Jitter", "Blackout", "Grace", "Databases"];

    private const string None = "none", Standard = "0 2 * * *", Base = "base", Dump = "dump";

    private SharedSchedule Shared => field ??= new SharedSchedule(this);

    /// <summary>BACKUP_SCHEDULE_CRON, else those named in tidemark.json, else one a day.</summary>
    private (IReadOnlyList<ScheduleOptions> Schedules, string? SaidBy) ReadSchedules()
    {
        var setting = SettingCatalogue.ScheduleCron;
        var (text, origin) = layers.Get(setting);
        var said = layers.Said(setting).Any(value => value.Origin != "default") ? text : null;
        var named = file.Keys.Where(key => key.StartsWith(SettingsFile.Schedules, StringComparison.OrdinalIgnoreCase)).Select(key => key.Split(':')[1]).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal).ToList();
        if (said is null && named.Count > 0)
        {
            values.Add(new(setting.Name, string.Join("; ", named.Select(name => $"{name}: {Of(name, "Cron") ?? "?"}")), SettingsFile.FileName));
            return ([.. named.Select(Named).OfType<ScheduleOptions>()], SettingsFile.FileName);
        }
        values.Add(new(setting.Name, text, origin));
        if (said is null) return ([Schedule(new("daily", Standard, null), setting, origin)!], null);
        if (said == None) return ([], origin);
        var schedules = new List<ScheduleOptions>();
        foreach (var piece in said.Split(';', StringSplitOptions.TrimEntries))
        {
            if (piece.Length == 0) faults.Add(setting, said, origin, "between two semicolons no schedule is named");
            else if (Schedule(Written.Of(piece, schedules.Count + 1), setting, origin) is { } schedule)
                schedules.Add(schedules.Any(other => other.Name == schedule.Name) ? schedule with { Name = $"{schedule.Name}-{schedules.Count + 1}" } : schedule);
        }
        return (schedules, origin);
    }

    /// <summary>None, or one.</summary>
    /// <param name="backups">Whose names are taken.</param>
    private IEnumerable<ScheduleOptions> ReadDrillSchedule(IReadOnlyList<ScheduleOptions> backups)
    {
        const string name = "drill", quarterly = "@quarterly";
        var setting = SettingCatalogue.DrillSchedule;
        var (text, origin) = layers.Get(setting);
        values.Add(new(setting.Name, text, origin));
        var cron = text ?? (layers.Get(SettingCatalogue.DrillTarget).Value is null ? None : quarterly);
        if (cron == None) yield break;
        if (backups.Any(backup => backup.Name == name)) faults.Add(setting, cron, origin, $"a schedule of backups is named {name} already; give that one another name");
        else if (Schedule(new(name, cron, null), setting, origin) is { } schedule) yield return schedule with { IsOfDrills = true };
    }

    private ScheduleOptions? Schedule(Written written, Setting setting, string origin)
    {
        if (Shared.Zone is null) return null;
        var (expression, why) = CronText.Read(written.Cron, Shared.Zone);
        if (expression is not null) return Shared.Of(written.Name, written.Cron, expression) with { Format = written.Format == Base ? null : written.Format, IsOfCluster = written.Format == Base };
        faults.Add(setting, written.Cron, origin, why!);
        return null;
    }

    private ScheduleOptions? Named(string name)
    {
        string Where(string key) => $"{SettingsFile.FileName}, {SettingsFile.Schedules}{name}:{key}";
        void Wrong(string key, string value, string why) => faults.Add($"'{value}' ({Where(key)}): {why}");
        if (Of(name, "Cron") is not { Length: > 0 } cron)
        {
            faults.Add($"{SettingsFile.FileName}, {SettingsFile.Schedules}{name}: it has no Cron");
            return null;
        }
        var zone = Of(name, "Zone") is { } named ? ZoneOf(named, why => Wrong("Zone", named, why)) : Shared.Zone;
        if (zone is null) return null;
        var (expression, why) = CronText.Read(cron, zone);
        if (expression is null)
        {
            Wrong("Cron", cron, why!);
            return null;
        }
        var options = Shared.Of(name, cron, expression);
        if (Of(name, "Kind") is { } kind) options = options with { IsOfCluster = kind == Base || (kind != Dump && Told<string>(() => Wrong("Kind", kind, "must be dump or base")) is not null) };
        if (options.IsOfCluster)
            foreach (var key in (string[])["Format", "Databases"])
                if (Of(name, key) is { } unused) Wrong(key, unused, "a base backup is of the whole server, and has no other form");
        if (Of(name, "Format") is { } format) options = options with { Format = format is "custom" or "sql.gz" ? format : Told<string>(() => Wrong("Format", format, "must be custom or sql.gz")) };
        if (Of(name, "Jitter") is { } jitter) options = options with { Jitter = SpanOf(jitter, why => Wrong("Jitter", jitter, why)) ?? default };
        if (Of(name, "Grace") is { } grace) options = options with { Grace = SpanOf(grace, why => Wrong("Grace", grace, why)) };
        if (Of(name, "Blackout") is { } blackout) options = options with { Blackout = WindowsOf(blackout, why => Wrong("Blackout", blackout, why)) };
        if (Of(name, "Databases") is { } databases) options = options with { Databases = NamesOf(databases) };
        return options;
    }

    private string? Of(string schedule, string key) => file.GetValueOrDefault($"{SettingsFile.Schedules}{schedule}:{key}") is { Length: > 0 } text ? text : null;

    private static T? Told<T>(Action tell) where T : class
    {
        tell();
        return null;
    }

    private static TimeZoneInfo? ZoneOf(string name, Action<string> wrong)
    {
        try
        {
            return name == "UTC" ? TimeZoneInfo.Utc : TimeZoneInfo.FindSystemTimeZoneById(name);
        }
        catch (Exception unknown) when (unknown is TimeZoneNotFoundException or InvalidTimeZoneException or System.Security.SecurityException)
        {
            wrong("this machine knows no such time zone: a name is like Europe/Berlin, and the package tzdata brings them (/usr/share/zoneinfo)");
            return null;
        }
    }

    private static TimeSpan? SpanOf(string text, Action<string> wrong)
    {
        if (Duration.TryParse(text, out var duration) && duration.Span <= TimeSpan.FromDays(7)) return duration.Span;
        wrong("must be a whole number and one of s, m, h, d, at most 7d: 90s, 15m, 2h");
        return null;
    }

    private static List<BlackoutWindow> WindowsOf(string text, Action<string> wrong)
    {
        var windows = new List<BlackoutWindow>();
        foreach (var piece in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (BlackoutWindow.TryParse(piece, out var window)) windows.Add(window);
            else
            {
                wrong($"'{piece}' is no window of the day: 08:00-18:00, or 22:00-06:00 over midnight");
                return [];
            }
        }
        if (!BlackoutWindow.CoverTheDay(windows)) return windows;
        wrong("no minute of the day is left");
        return [];
    }

    private static string[] NamesOf(string text) => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>One piece of BACKUP_SCHEDULE_CRON.</summary>
    private sealed record Written(string Name, string Cron, string? Format)
    {
        public static Written Of(string piece, int number)
        {
            var words = piece.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var format = words is [.., "custom" or "sql.gz" or Base] ? words[^1] : null;
            var cron = string.Join(' ', format is null ? words : words[..^1]);
            return new(cron.StartsWith('@') ? cron[1..] : cron == Standard ? "daily" : $"cron-{number}", cron, format);
        }
    }

    /// <summary>What holds for each schedule that does not say otherwise.</summary>
    private sealed class SharedSchedule
    {
        private readonly TimeSpan jitter;
        private readonly TimeSpan? grace;
        private readonly IReadOnlyList<BlackoutWindow> blackout = [];
        private readonly IReadOnlyList<string> databases = [];

        public SharedSchedule(ConfigurationReader reader)
        {
            Action<string> Wrong(Setting setting, string text) => why => reader.faults.Add(setting, text, reader.layers.Get(setting).Origin, why);
            if (reader.Text(SettingCatalogue.ScheduleZone) is { } zone) Zone = ZoneOf(zone, Wrong(SettingCatalogue.ScheduleZone, zone));
            if (reader.Text(SettingCatalogue.ScheduleJitter) is { } late) jitter = SpanOf(late, Wrong(SettingCatalogue.ScheduleJitter, late)) ?? default;
            if (reader.Text(SettingCatalogue.ScheduleBlackout) is { } windows) blackout = WindowsOf(windows, Wrong(SettingCatalogue.ScheduleBlackout, windows));
            if (reader.Text(SettingCatalogue.ScheduleGrace) is { } again) grace = SpanOf(again, Wrong(SettingCatalogue.ScheduleGrace, again));
            if (reader.Text(SettingCatalogue.ScheduleDatabases) is { } names) databases = NamesOf(names);
        }

        /// <summary>Null when it cannot be used.</summary>
        public TimeZoneInfo? Zone { get; }

        public ScheduleOptions Of(string name, string cron, CronExpression expression) => new() { Name = name, Cron = cron, Expression = expression, Jitter = jitter, Grace = grace, Blackout = blackout, Databases = databases };
    }
}
