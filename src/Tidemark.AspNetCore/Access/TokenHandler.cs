using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Tidemark.AspNetCore.Problems;

namespace Tidemark.AspNetCore.Access;

/// <summary>The scheme "Tidemark": <c>Authorization: Bearer SECRET</c>.</summary>
internal sealed class TokenHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory log, UrlEncoder encoder, TokenRegister register) : AuthenticationHandler<AuthenticationSchemeOptions>(options, log, encoder)
{
    public const string SchemeName = "Tidemark", RightClaim = "tidemark:right";

    private const string Bearer = "Bearer ";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var said = Request.Headers.Authorization.ToString();
        if (!said.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)) return Task.FromResult(AuthenticateResult.NoResult());
        if (register.Find(said[Bearer.Length..].Trim()) is not { } token) return Task.FromResult(AuthenticateResult.Fail("no token that holds has this secret"));
        var identity = new ClaimsIdentity(
            [new Claim(ClaimTypes.Name, token.Name), new Claim(ClaimTypes.Role, token.Role), .. Roles.RightsOf(token.Role, token.Also).Select(right => new Claim(RightClaim, Roles.NameOf(right)))], SchemeName);
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName)));
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var sent = Request.Headers.Authorization.Count > 0;
        Response.Headers.WWWAuthenticate = sent ? "Bearer realm=\"tidemark\", error=\"invalid_token\"" : "Bearer realm=\"tidemark\"";
        await Problem.WriteAsync(Context, new Fault(FaultCode.NotAuthenticated, sent ? "no token that holds has this secret" : "this needs a token")
        {
            Why = sent ? "it is not known, has expired, or was revoked" : "no header Authorization: Bearer came with the request",
            Next = "tidemark token create NAME --role viewer # then send its secret as Authorization: Bearer SECRET",
        });
    }

    protected override async Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        var right = Context.GetEndpoint()?.Metadata.GetMetadata<NeededRight>()?.Right;
        await Problem.WriteAsync(Context, new Fault(FaultCode.Forbidden, "this token may not do that")
        {
            Where = Context.User.Identity?.Name,
            Why = right is { } lacked ? $"it lacks the right {Roles.NameOf(lacked)}" : null,
            Next = right is { } needed ? $"tidemark token create NAME --role {Roles.Needed(needed)}" : null,
        });
    }
}
