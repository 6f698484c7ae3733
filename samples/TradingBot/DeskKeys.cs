using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace TradingBot;

/// <summary>The bot's own way to know its people: the header X-Desk-Key, and a role for each key.</summary>
internal sealed class DeskKeys(IOptionsMonitor<DeskKeyOptions> options, ILoggerFactory log, UrlEncoder encoder) : AuthenticationHandler<DeskKeyOptions>(options, log, encoder)
{
    public const string Name = "desk";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!Request.Headers.TryGetValue("X-Desk-Key", out var given)) return Task.FromResult(AuthenticateResult.NoResult());
        var role = Is(Options.Operations, given) ? "operations" : Is(Options.Desk, given) ? "desk" : null;
        if (role is null) return Task.FromResult(AuthenticateResult.Fail("this key is not known"));
        var person = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, role), new Claim(ClaimTypes.Role, role)], Name));
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(person, Name)));
    }

    private static bool Is(string? key, string? given) => key is { Length: > 0 } && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(given ?? ""));
}

/// <summary>One key a role; a role without a key is nobody's.</summary>
internal sealed class DeskKeyOptions : AuthenticationSchemeOptions
{
    public string? Desk { get; set; }

    public string? Operations { get; set; }
}
