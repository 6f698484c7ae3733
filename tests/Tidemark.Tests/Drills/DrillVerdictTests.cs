using Npgsql;
using Tidemark.Drills;
using Tidemark.Protection;

namespace Tidemark.Tests.Drills;

/// <summary>What breaks around a backup says nothing of it.</summary>
public sealed class DrillVerdictTests
{
    [Fact]
    public void What_is_said_of_the_backup_fails_it()
    {
        foreach (var code in (FaultCode[])[FaultCode.Failed, FaultCode.Verification, FaultCode.Keys, FaultCode.NotFound, FaultCode.Refused])
            Assert.Equal(DrillResult.Failed, DrillVerdict.Of(new Fault(code, "it"), RestorePhase.Restore).Result);
        Assert.Equal(DrillResult.Failed, DrillVerdict.Of(Server("XX001"), "rows").Result);
    }

    [Fact]
    public void What_breaks_around_it_is_inconclusive_and_keeps_its_code()
    {
        foreach (var code in (FaultCode[])[FaultCode.DiskFull, FaultCode.Store, FaultCode.Unreachable, FaultCode.NoClient, FaultCode.Configuration])
            Assert.Equal((DrillResult.Inconclusive, code), Both(new Fault(code, "it"), RestorePhase.Restore));
        Assert.Equal((DrillResult.Inconclusive, FaultCode.Failed), Both(new Fault(FaultCode.Failed, "it did not start"), RestorePhase.Server));
        Assert.Equal((DrillResult.Inconclusive, FaultCode.Failed), Both(new Fault(FaultCode.Failed, "no such locale", Server("22023")), RestorePhase.Restore));
        Assert.Equal((DrillResult.Inconclusive, FaultCode.Failed), Both(new NpgsqlException("the connection broke"), "rows"));
    }

    private static (DrillResult, FaultCode) Both(Exception broken, string phase) => DrillVerdict.Of(broken, phase) is var verdict ? (verdict.Result, verdict.Broken!.Value) : default;

    private static PostgresException Server(string state) => new("words", "ERROR", "ERROR", state);
}
