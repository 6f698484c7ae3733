using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Tidemark.AspNetCore.Access;

namespace Tidemark.AspNetCore;

/// <summary>The document at /openapi/v1.json.</summary>
internal static class ApiDescription
{
    public static void Add(IServiceCollection services) => services.AddOpenApi("v1", options => options.AddDocumentTransformer((document, _, _) =>
    {
        document.Info = new OpenApiInfo { Title = "Tidemark", Version = "v1", Description = "Backup and recovery of PostgreSQL databases. Failures are problem documents (RFC 9457) whose code is that of the command line." };
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [TokenHandler.SchemeName] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "The secret of a token, made by: tidemark token create" },
        };
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(TokenHandler.SchemeName, document)] = [] }];
        return Task.CompletedTask;
    }));
}
