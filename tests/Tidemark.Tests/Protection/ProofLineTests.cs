using Tidemark.Protection;
using static Tidemark.Tests.Protection.Backups;

namespace Tidemark.Tests.Protection;

public sealed class ProofLineTests
{
    private static readonly TimeSpan Quarter = TimeSpan.FromDays(100);

    [Theory]
    [InlineData(79.9, "Protected", false)]
    [InlineData(80, "AtRisk", false)]
    [InlineData(100, "AtRisk", false)]
    [InlineData(100.1, "Exposed", true)]
    [InlineData(-1, "Exposed", true)]
    public void The_age_in_percent_of_the_objective_makes_the_state(double days, string state, bool breached)
    {
        var line = ProofLine.Of(Facts() with { Proofs = [Proof(days)] }, Quarter, Now);
        Assert.Equal((state, breached), (line.State.ToString(), line.Breached));
    }

    [Fact]
    public void Without_a_proof_it_is_unproven_and_late_only_where_an_objective_is_set()
    {
        var line = ProofLine.Of(Facts(), null, Now);
        Assert.Equal((ProtectionState.Unproven, false), (line.State, line.Breached));
        Assert.Equal(["never proven by a drill"], line.Words);
        Assert.Equal((ProtectionState.Exposed, true), (ProofLine.Of(Facts(), Quarter, Now).State, ProofLine.Of(Facts(), Quarter, Now).Breached));
    }

    [Fact]
    public void Without_an_objective_the_age_of_the_latest_proof_is_told()
    {
        var line = ProofLine.Of(Facts() with { Proofs = [Proof(300), Proof(200)] }, null, Now);
        Assert.Equal((ProtectionState.Protected, TimeSpan.FromDays(200)), (line.State, line.Age));
    }

    [Fact]
    public void The_proven_point_is_the_newest_one_proven_and_not_the_one_proven_last()
    {
        var facts = Facts(Of("a", 1)) with { Proofs = [Proof(1, pointDaysAgo: 50), Proof(10, pointDaysAgo: 20)] };
        var judged = DatabaseProtection.Of(facts, NoObjective, Now);
        Assert.Equal((Now.AddDays(-20), TimeSpan.FromDays(1)), (judged.ProvenPoint!.At, judged.Proof.Age));
    }

    [Theory]
    [InlineData(10, 1, "Protected")]
    [InlineData(10, null, "Unproven")]
    [InlineData(90, 1, "AtRisk")]
    [InlineData(90, null, "AtRisk")]
    [InlineData(101, null, "Exposed")]
    public void The_worse_of_the_two_lines_is_the_state(double minutes, int? proven, string state)
    {
        var facts = Facts(Of("a", minutes)) with { Proofs = proven is { } days ? [Proof(days)] : [] };
        Assert.Equal(state, DatabaseProtection.Of(facts, Hundred, Now).State.ToString());
    }
}
