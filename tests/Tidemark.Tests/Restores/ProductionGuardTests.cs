using Tidemark.Restores;

namespace Tidemark.Tests.Restores;

public sealed class ProductionGuardTests
{
    [Theory]
    [InlineData("shop", null, null, false, null, false)]
    [InlineData("shop", null, "staging", false, null, false)]
    [InlineData("shop", "ENV", null, false, null, true)]
    [InlineData("shop", null, "Production", false, null, true)]
    [InlineData("shop", null, "prod", false, null, true)]
    [InlineData("shop", null, " PRD ", false, null, true)]
    [InlineData("shop", null, "live", false, null, true)]
    [InlineData("shop", null, "nonprod", false, null, false)]
    [InlineData("shop", "ENV", null, true, null, true)]
    [InlineData("shop", "ENV", null, false, "shop", true)]
    [InlineData("shop", "ENV", null, true, "Shop", true)]
    [InlineData("shop", "ENV", null, true, "shop", false)]
    [InlineData(null, "ENV", "production", false, null, false)]
    public void It_refuses_unless_both_force_and_the_right_name_are_given(string? threatened, string? saidBy, string? server, bool force, string? confirm, bool refuses)
    {
        var guard = ProductionGuard.Judge(threatened, saidBy, server, force, confirm);
        Assert.Equal(refuses, guard.Refusal is not null);
        if (refuses) Assert.Equal(5, guard.Refusal!.Code.ExitCode);
    }
}
