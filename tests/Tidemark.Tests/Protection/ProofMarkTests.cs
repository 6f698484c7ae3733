using Tidemark.Dumps;
using Tidemark.Protection;
using Tidemark.Tests.Support;
using static Tidemark.Tests.Protection.Backups;

namespace Tidemark.Tests.Protection;

public sealed class ProofMarkTests : IDisposable
{
    private readonly TempFolder folder = new();

    [Fact]
    public void What_a_drill_writes_is_read_back_and_is_no_dump_of_its_own()
    {
        var backup = Backup("a.dump");
        Assert.Equal((null, null), Kept.ProofOf(backup));
        Kept.Prove(backup, "drill-1", Now);
        Assert.Equal((new ProvenPoint(backup.Time, Now, "drill-1", "a.dump"), null), Kept.ProofOf(backup));
        Kept.Prove(backup, "drill-2", Now.AddDays(1));
        Assert.Equal("drill-2", Kept.ProofOf(backup).Proof!.ProvenBy);
        Assert.Empty(Kept.Catalog(folder.Path).All());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("{\"sha256\":null,\"recoveryPoint\":\"2026-11-22T11:00:00Z\",\"provenAt\":\"2026-11-22T12:00:00Z\",\"provenBy\":\"x\"}")]
    public void A_mark_that_cannot_be_read_is_no_proof_and_is_told(string text)
    {
        var backup = Backup("a.dump");
        folder.Write("a.dump.proof.json", text);
        var (proof, finding) = Kept.ProofOf(backup);
        Assert.Null(proof);
        Assert.StartsWith($"{folder["a.dump.proof.json"]} is no proof: ", finding, StringComparison.Ordinal);
    }

    [Fact]
    public void The_mark_of_another_backup_proves_nothing()
    {
        Kept.Prove(Backup("a.dump"), "drill-1", Now);
        File.Move(folder["a.dump.proof.json"], folder["b.dump.proof.json"]);
        var (proof, finding) = Kept.ProofOf(Backup("b.dump"));
        Assert.Null(proof);
        Assert.EndsWith("it is of another backup", finding, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private DumpEntry Backup(string key) => Of(key, 60) with { Store = DumpStore.OfFolder(folder.Path) };
}
