using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Samples;

/// <summary>samples/TradingBot: an application that takes Tidemark in, under a path base and behind its own policy.</summary>
public sealed class TradingBotTests(Servers servers)
{
    private static readonly string Bot = Path.Combine(Workshop.Repository, "artifacts", "bin", "TradingBot", "debug", "TradingBot.dll");

    [Fact]
    public async Task A_bot_trades_and_its_operations_back_it_up_through_its_own_address_and_policy()
    {
        var token = TestContext.Current.CancellationToken;
        using var scratch = new Scratch("bot");
        var server = await servers.OfAsync(15);
        var database = await server.CreateDatabaseAsync("trading");
        var program = TidemarkProgram.For(server, database, scratch.Folder).With("Keys__Desk", "desk-key").With("Keys__Operations", "operations-key");
        await using var bot = await program.StartOtherAsync("dotnet", Bot, "--urls", "http://127.0.0.1:0", "--PathBase", "/bot", "--contentRoot", scratch.Folder);
        using var http = new HttpClient { BaseAddress = new Uri(await bot.SaysLineAsync("Now listening on: ") + "/bot/") };

        // Three to sell at 10, two bought at 11: one trade of two at the price of who waited.
        await PlaceAsync(http, "sell", 10, 3, token);
        Assert.Equal((0, 1), await PlaceAsync(http, "buy", 11, 2, token));
        Assert.Equal("10.0000 2.0000", await server.ScalarAsync<string>(database, "SELECT string_agg(price || ' ' || quantity, ',') FROM trades"));

        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(http, HttpMethod.Get, "admin/db/backups", null, token));
        Assert.Equal(HttpStatusCode.Forbidden, await AskAsync(http, HttpMethod.Get, "admin/db/backups", "desk-key", token));
        Assert.Equal(HttpStatusCode.NotFound, await AskAsync(http, HttpMethod.Get, "openapi/v1.json", "operations-key", token));
        http.DefaultRequestHeaders.Add("X-Desk-Key", "operations-key");
        var asked = await http.PostAsync("admin/db/backup", null, token);
        Assert.Equal(HttpStatusCode.Accepted, asked.StatusCode);
        var task = asked.Headers.Location!;
        Assert.StartsWith("/bot/admin/tasks/", task.ToString(), StringComparison.Ordinal);
        // The stream of events ends when the task has.
        await http.GetStringAsync(new Uri(http.BaseAddress, task + "/events"), token);
        Assert.Equal("succeeded", (await http.GetFromJsonAsync<JsonElement>(task, token)).GetProperty("state").GetString());

        var backups = (await program.RunAsync("list", "--json")).Ends().Json.GetProperty("backups");
        Assert.Equal(("full", database), (backups[0].GetProperty("check").GetString(), backups[0].GetProperty("database").GetString()));
        var restored = (await program.RunAsync("restore", "latest", "--json")).Ends().Json.GetProperty("database").GetString()!;
        Assert.Equal(1L, await server.ScalarAsync<long>(restored, "SELECT count(*) FROM trades"));
    }

    private static async Task<(decimal Remaining, int Trades)> PlaceAsync(HttpClient http, string side, decimal price, decimal quantity, CancellationToken token)
    {
        var answer = await http.PostAsJsonAsync("orders", new { account = "a", symbol = "BTC-EUR", side, price, quantity }, token);
        var placed = await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(token);
        return (placed.GetProperty("remaining").GetDecimal(), placed.GetProperty("trades").GetInt32());
    }

    private static async Task<HttpStatusCode> AskAsync(HttpClient http, HttpMethod method, string path, string? key, CancellationToken token)
    {
        using var request = new HttpRequestMessage(method, path);
        if (key is not null) request.Headers.Add("X-Desk-Key", key);
        return (await http.SendAsync(request, token)).StatusCode;
    }
}
