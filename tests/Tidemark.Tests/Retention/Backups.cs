using Tidemark.Configuration;
using Tidemark.Dumps;
using Tidemark.Retention;

namespace Tidemark.Tests.Retention;

/// <summary>Dumps for tests of retention: made up, never written.</summary>
internal static class Backups
{
    public static readonly DateTimeOffset Now = new(2026, 11, 22, 0, 0, 0, TimeSpan.Zero);

    public static RetentionItem Good(string key, double days, string database = "db") => Of(key, days, DumpState.Good, database);

    public static RetentionItem Of(string key, double days, DumpState state, string database = "db", string? server = "server") => At(key, Now.AddDays(-days), state, database, server);

    /// <param name="key">Also its id.</param>
    /// <param name="time">Its recovery point.</param>
    /// <param name="state">Foreign: without a manifest.</param>
    /// <param name="database">Its name.</param>
    /// <param name="server">Null: adopted.</param>
    public static RetentionItem At(string key, DateTimeOffset time, DumpState state = DumpState.Good, string database = "db", string? server = "server")
    {
        var manifest = state == DumpState.Foreign ? null
            : new DumpManifest { Id = key, Database = database, File = key, Format = "custom", Size = 1, Sha256 = "", ContentSha256 = "", DumpedBytes = 1, StartedAt = time, RecoveryPoint = time, FinishedAt = time, Check = "full", SystemIdentifier = server, Gaps = server is null ? [new CoverageGap(CoverageGap.Adopted, key, "")] : [] };
        return new RetentionItem(new DumpEntry { Id = key, Key = key, Store = DumpStore.OfFolder("/"), Size = 1, Manifest = manifest, State = state, Time = time });
    }

    public static RetentionItem Pinned(this RetentionItem item, DateTimeOffset? until = null) => item with { Pin = new PinMark { Reason = "why", By = "ann@db1", At = Now.AddDays(-1000), Until = until } };

    public static RetentionItem Proven(this RetentionItem item) => item with { ProvenAt = item.Entry.Time.AddDays(1) };

    /// <summary>Keys of what goes, newest first.</summary>
    public static string[] Goes(RetentionPolicy policy, params RetentionItem[] items) => [.. RetentionPlanner.Plan(items, policy, Now).Goes.Select(decision => decision.Entry.Key)];

    /// <summary>The stable words of the reasons that keep this one; empty when it goes.</summary>
    public static string[] Reasons(RetentionPlan plan, string key) => [.. plan.Groups.SelectMany(group => group.Decisions).Single(decision => decision.Entry.Key == key).Reasons.Select(reason => reason.Rule)];
}
