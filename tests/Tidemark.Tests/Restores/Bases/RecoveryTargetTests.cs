using Tidemark.Restores.Bases;

namespace Tidemark.Tests.Restores.Bases;

public sealed class RecoveryTargetTests
{
    [Theory]
    [InlineData(null, "latest")]
    [InlineData("latest", "latest")]
    [InlineData("immediate", "immediate")]
    [InlineData("2026-01-31T12:00:00Z", "2026-01-31T12:00:00Z")]
    [InlineData("2026-01-31 13:00:00.123456+01", "2026-01-31T12:00:00.123456Z")]
    [InlineData("2026-01-31 13:00:00+01:00", "2026-01-31T12:00:00Z")]
    [InlineData("2026-01-31T08:30-0330", "2026-01-31T12:00:00Z")]
    [InlineData("16/B374D848", "16/B374D848")]
    [InlineData("xid:1234", "xid:1234")]
    [InlineData("name:before release", "name:before release")]
    public void What_is_asked_for_is_understood(string? text, string expected) => Assert.Equal(expected, RecoveryTarget.Parse(text).Text);

    [Theory]
    [InlineData("2026-01-31T12:00:00", "zone")]
    [InlineData("2026-01-31", "zone")]
    [InlineData("2026-02-30T12:00:00Z", "no such day")]
    [InlineData("yesterday", "no time, LSN")]
    [InlineData("0/0", "no log")]
    [InlineData("xid:2", "transaction")]
    [InlineData("xid:", "transaction")]
    [InlineData("name:", "name")]
    public void What_is_no_place_or_moment_is_refused(string text, string expected)
    {
        var fault = Assert.Throws<Fault>(() => RecoveryTarget.Parse(text));
        Assert.Equal(FaultCode.Usage, fault.Code);
        Assert.Contains(expected, fault.Why);
    }
}
