using Npgsql;
using Tidemark.AspNetCore;
using Tidemark.AspNetCore.Health;
using TradingBot;
using TradingBot.Migrations;
using TradingBot.Orders;

var builder = WebApplication.CreateBuilder(args);
var databaseUrl = builder.Configuration["DATABASE_URL"] ?? throw new InvalidOperationException("set DATABASE_URL=postgresql://user@host/database");
builder.Services.AddSingleton(DatabaseUrl.Open(databaseUrl));
builder.Services.AddSingleton<OrderBook>();

// The bot's own way to know its people: a key for the desk and one for operations.
builder.Services.AddAuthentication(DeskKeys.Name).AddScheme<DeskKeyOptions, DeskKeys>(DeskKeys.Name, keys => builder.Configuration.GetSection("Keys").Bind(keys));
builder.Services.AddAuthorizationBuilder().AddPolicy("operations", policy => policy.RequireRole("operations"));

// Backups, restores, schedules, heartbeats and alerts: these two lines, and MapTidemark below.
builder.Services.AddTidemark();
builder.Services.AddHealthChecks().AddTidemark();

var app = builder.Build();
app.UsePathBase(builder.Configuration["PathBase"]);
app.UseRouting();
app.UseAuthentication();
app.UseAuthorization();
app.MapOrders();
app.MapHealthChecks("/health");
app.MapTidemark("/admin").RequireAuthorization("operations");

await Migrator.RunAsync(app.Services.GetRequiredService<NpgsqlDataSource>(), CancellationToken.None);
app.Run();
