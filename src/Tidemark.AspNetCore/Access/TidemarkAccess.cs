using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Tidemark.AspNetCore.Access;

/// <summary>Our scheme and policies among the host's.</summary>
internal static class TidemarkAccess
{
    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<TokenRegister>();
        // Not AddAuthentication: that makes keys for cookies, which we have none of, in the user's home.
        services.AddAuthenticationCore(options => options.AddScheme<TokenHandler>(TokenHandler.SchemeName, null));
        services.TryAddTransient<TokenHandler>();
        services.TryAddSingleton(UrlEncoder.Default);
        services.PostConfigure<AuthenticationOptions>(KeepTheHostsDefault);
        services.AddAuthorization();
        services.PostConfigure<AuthorizationOptions>(AddPolicies);
    }

    /// <summary>A host's only scheme is its default one without a word. Ours beside it must not change that.</summary>
    private static void KeepTheHostsDefault(AuthenticationOptions options)
    {
        var others = options.Schemes.Where(scheme => scheme.Name != TokenHandler.SchemeName).ToList();
        if (options.DefaultScheme is null && options.DefaultAuthenticateScheme is null && others is [var only]) options.DefaultScheme = only.Name;
    }

    /// <summary>One a right; what the host has defined under its name stands.</summary>
    private static void AddPolicies(AuthorizationOptions options)
    {
        foreach (var right in Enum.GetValues<Right>())
            if (options.GetPolicy(NeededRight.PolicyOf(right)) is null)
                options.AddPolicy(NeededRight.PolicyOf(right), policy => policy.AddAuthenticationSchemes(TokenHandler.SchemeName).RequireAuthenticatedUser().RequireClaim(TokenHandler.RightClaim, Roles.NameOf(right)));
    }
}
