using System.Globalization;
using System.Text.Json;
using Tidemark.EndToEnd.Restores;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Drills;

/// <summary>A shop with a heartbeat and a backup of it, whose drills make their servers in a folder of the test's own: what is left is seen.</summary>
internal sealed class DrillShop : IDisposable
{
    private DrillShop(Shop shop) => Shop = shop;

    public Shop Shop { get; }

    public TidemarkProgram Program => Shop.Program;

    public string Evidence => Path.Combine(Shop.State, "drills");

    public string Temporary => Path.Combine(Shop.Folder, "tmp");

    public static async Task<DrillShop> OpenAsync(PostgresServer server, string sql = "")
    {
        var drills = new DrillShop(await Shop.OpenAsync(server, "drilled", sql));
        Directory.CreateDirectory(drills.Temporary);
        File.SetUnixFileMode(drills.Temporary, (UnixFileMode)Convert.ToInt32("1777", 8));
        drills.Program.With("TMPDIR", drills.Temporary);
        return drills;
    }

    public async Task<ProgramResult> DrillAsync(params string[] arguments) => await Program.RunAsync(["drill", "run", "--json", .. arguments]);

    /// <summary>Questions in the file that the configuration names.</summary>
    public void Ask(string json) => Program.With("BACKUP_DRILL_ASSERTIONS", Shop.Write("assertions.json", json));

    /// <summary>Private servers that are there, by the folders that they work in.</summary>
    public string[] Servers() => Directory.GetDirectories(Temporary, "tidemark-scratch-*");

    /// <summary>Of the server that works in this folder, so far as it has said.</summary>
    public static int? ProcessOf(string folder)
    {
        try
        {
            // While initdb works, the number is negative.
            return int.Parse(File.ReadLines(Path.Combine(folder, "server", "data", "postmaster.pid")).First(), CultureInfo.InvariantCulture) is > 0 and var process ? process : null;
        }
        catch (Exception notYet) when (notYet is IOException or InvalidOperationException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public void AssertNothingIsLeft()
    {
        Assert.Empty(Servers());
        var notes = Path.Combine(Shop.State, "drilling");
        Assert.Empty(Directory.Exists(notes) ? Directory.GetFileSystemEntries(notes) : []);
    }

    public static string Result(ProgramResult drill) => drill.Json.GetProperty("result").GetString()!;

    public static string Reason(ProgramResult drill) => drill.Json.GetProperty("reason").GetString()!;

    public static Dictionary<string, JsonElement> Checks(ProgramResult drill) => drill.Json.GetProperty("checks").EnumerateArray().ToDictionary(check => check.GetProperty("name").GetString()!);

    public void Dispose() => Shop.Dispose();
}
