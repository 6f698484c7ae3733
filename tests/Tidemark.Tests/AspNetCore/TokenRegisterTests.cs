using System.Text;
using Tidemark.AspNetCore.Access;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.AspNetCore;

public sealed class TokenRegisterTests : IDisposable
{
    private readonly TempFolder folder = new();

    [Fact]
    public async Task A_token_holds_until_it_is_revoked_or_its_time_is_over_and_another_may_then_have_its_name()
    {
        await using var service = await LiveService.StartAsync(folder);
        var (token, secret) = await service.Tokens.CreateAsync("ci", "operator", ["download"], null);
        Assert.Equal(("ci", "operator"), (service.Tokens.Find(secret)!.Name, service.Tokens.Find(secret)!.Role));
        Assert.Equal(FaultCode.Refused, (await Assert.ThrowsAsync<Fault>(() => service.Tokens.CreateAsync("ci", "viewer", [], null))).Code);
        await service.Tokens.RevokeAsync(token.Id);
        Assert.Null(service.Tokens.Find(secret));
        Assert.Equal(FaultCode.NotFound, (await Assert.ThrowsAsync<Fault>(() => service.Tokens.RevokeAsync("ci"))).Code);
        var brief = (await service.Tokens.CreateAsync("ci", "viewer", [], TimeSpan.FromTicks(1))).Secret;
        Assert.Null(service.Tokens.Find(brief));
    }

    [Fact]
    public async Task When_a_token_was_last_used_is_known_and_its_secret_is_nowhere()
    {
        await using var service = await LiveService.StartAsync(folder);
        var secret = (await service.Tokens.CreateAsync("ci", "viewer", [], null)).Secret;
        Assert.Null(service.Tokens.All().Single().LastUsedAt);
        (await service.SendAsync("GET", "/admin/tasks", token: secret)).EnsureSuccessStatusCode().Dispose();
        Assert.NotNull(service.Tokens.All().Single().LastUsedAt);
        foreach (var file in Directory.EnumerateFiles(service.Workbench.State, "*", SearchOption.AllDirectories))
            Assert.False(File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)) >= 0, $"{file} holds the secret");
    }

    [Fact]
    public async Task The_first_start_makes_a_token_and_the_second_none()
    {
        await using var service = await LiveService.StartAsync(folder, ("TIDEMARK_ADMIN_TOKEN", ""));
        var first = await service.Tokens.FirstAsync();
        Assert.Equal("admin", service.Tokens.Find(first!)!.Role);
        Assert.Null(await service.Tokens.FirstAsync());
        // Somebody who revoked the last one wants nobody in.
        await service.Tokens.RevokeAsync(TokenRegister.FirstName);
        Assert.Null(await service.Tokens.FirstAsync());
    }

    [Fact]
    public async Task Where_the_configuration_has_a_token_no_first_one_is_made_and_nobody_takes_its_name()
    {
        await using var service = await LiveService.StartAsync(folder);
        Assert.Null(await service.Tokens.FirstAsync());
        Assert.Equal("admin", service.Tokens.Find(LiveService.AdminToken)!.Role);
        Assert.Null(service.Tokens.Find(LiveService.AdminToken[..^1]));
        await Assert.ThrowsAsync<Fault>(() => service.Tokens.CreateAsync("admin", "viewer", [], null));
    }

    [Fact]
    public void A_role_that_nobody_knows_has_no_rights() => Assert.Empty(Roles.RightsOf("owner", ["download", "restore"]));

    public void Dispose() => folder.Dispose();
}
