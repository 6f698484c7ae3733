using System.Text.Json;
using Tidemark.Configuration;
using Tidemark.Dumps;
using Tidemark.Retention;
using Tidemark.Runs;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Retention;

/// <summary>Removals in a folder that is read back as a user's would be.</summary>
public sealed class PruneRunnerTests : IDisposable
{
    private readonly TempFolder folder = new();

    [Fact]
    public void The_roles_of_a_dump_stay_when_an_adopted_one_of_the_same_name_but_for_its_ending_goes()
    {
        Put("kept.dump", 90, globals: true);
        Put("kept.sql.gz", 90);
        folder.Write("kept.globals.sql", "roles");
        Remove("kept.sql.gz");
        Assert.Equal(["kept.dump", "kept.dump.json", "kept.globals.sql"], Files);
        Remove("kept.dump");
        Assert.Empty(Files);
    }

    [Fact]
    public void Roles_that_the_dumps_own_manifest_does_not_name_stay()
    {
        Put("adopted.sql.gz", 90, adopted: true);
        folder.Write("adopted.globals.sql", "roles");
        Remove("adopted.sql.gz");
        Assert.Equal(["adopted.globals.sql"], Files);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("not json")]
    public void Roles_that_another_dump_names_or_may_name_stay(string? manifest)
    {
        Put("a.dump", 90, globals: true);
        Put("a.sql.gz", 90, globals: true);
        folder.Write("a.globals.sql", "roles");
        if (manifest is not null) folder.Write("a.sql.gz.json", manifest);
        Remove("a.dump");
        Assert.Equal(["a.globals.sql", "a.sql.gz", "a.sql.gz.json"], Files);
    }

    [Fact]
    public void A_proof_that_cannot_be_read_keeps_its_dump_and_is_told()
    {
        Put("new.dump", 0);
        foreach (var key in (string[])["old.dump", "older.dump", "unproven.dump"]) Put(key, 90);
        folder.Write("old.dump.proof.json", "");
        Directory.CreateDirectory(folder["older.dump.proof.json"]);
        var plan = new PruneRun(null!, Kept.In(folder.Path), new RetentionPolicy(7), new StoppedClock(Backups.Now)).Plan(folder.Path);
        Assert.Equal(["unproven.dump"], plan.Goes.Select(decision => decision.Entry.Key));
        Assert.Equal(2, plan.Groups[0].Remarks.Count(remark => remark.Contains("may have been proven", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("the check")]
    [InlineData("the dump")]
    [InlineData("the manifest")]
    public void What_was_to_go_stays_when_the_last_good_one_was_lost_after_the_plan(string lost)
    {
        Put("old.dump", 90);
        Put("new.dump", 0);
        var plan = Plan();
        if (lost == "the check") folder.Write("new.dump.check.json", """{"checkedAt":"2026-11-22T00:00:00Z","passed":false,"findings":["cut short"]}""");
        else if (lost == "the dump") File.Delete(folder["new.dump"]);
        else File.Delete(folder["new.dump.json"]);
        var fault = Assert.Single(Runner.Run(plan.Goes)).Fault;
        Assert.Equal((FaultCode.Refused, folder["new.dump"]), (fault?.Code, fault?.Where));
        Assert.True(File.Exists(folder["old.dump"]));
    }

    [Fact]
    public void An_adopted_one_stays_when_the_good_one_of_ours_was_lost_after_the_plan()
    {
        Put("adopted.dump", 90, adopted: true);
        Put("ours.dump", 0);
        Put("newer.dump", 1, adopted: true);
        var plan = Plan();
        File.Delete(folder["ours.dump"]);
        Assert.Equal(FaultCode.Refused, Assert.Single(Runner.Run(plan.Goes)).Fault?.Code);
        Assert.True(File.Exists(folder["adopted.dump"]));
    }

    public void Dispose() => folder.Dispose();

    private DumpCatalog Store => Kept.Catalog(folder.Path);

    private static PruneRunner Runner => new(new StoppedClock(Backups.Now));

    private string[] Files => [.. Directory.GetFiles(folder.Path).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    private RetentionPlan Plan() => RetentionPlanner.Plan(Store.All().Select(entry => new RetentionItem(entry)), new RetentionPolicy(7), Backups.Now);

    private void Remove(string key) =>
        Assert.Null(Assert.Single(Runner.Run([new RetentionDecision(new RetentionItem(Store.Of(key)), [], new Expiry("age", "older than 7 days"))])).Fault);

    private void Put(string key, double days, bool adopted = false, bool globals = false)
    {
        folder.Write(key, "x");
        var manifest = Backups.Of(key, days, DumpState.Good, server: adopted ? null : "server").Entry.Manifest! with { Id = DumpName.Id(key), Globals = globals ? DumpName.Stem(key) + ".globals.sql" : null };
        folder.Write(key + ".json", JsonSerializer.Serialize(manifest, DumpJson.Default.DumpManifest));
    }
}
