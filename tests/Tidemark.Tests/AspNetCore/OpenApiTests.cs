using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tidemark.Tests.Architecture;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.AspNetCore;

/// <summary>The description of the API is a contract. TIDEMARK_WRITE_DOCS=1 writes it anew; then read the difference.</summary>
public sealed class OpenApiTests : IDisposable
{
    private const string Approved = "tests/Tidemark.Tests/AspNetCore/approved/openapi.json";

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly TempFolder folder = new();

    [Fact]
    public async Task The_document_is_as_approved()
    {
        await using var service = await LiveService.StartAsync(folder);
        using var answer = await service.SendAsync("GET", "/openapi/v1.json", token: null);
        var document = JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!.AsObject();
        // Where it was asked for.
        document.Remove("servers");
        var text = document.ToJsonString(Readable) + "\n";
        if (Environment.GetEnvironmentVariable("TIDEMARK_WRITE_DOCS") == "1") await File.WriteAllTextAsync(Path.Combine(Checkout.Root, Approved), text, TestContext.Current.CancellationToken);
        Assert.True(Checkout.Exists(Approved) && text == Checkout.Read(Approved), $"{Approved} is not what the service says now");
    }

    public void Dispose() => folder.Dispose();
}
