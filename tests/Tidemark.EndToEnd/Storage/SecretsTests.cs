using Tidemark.EndToEnd.Restores;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Storage;

/// <summary>Marked secrets are planted wherever a user would put them, and looked for in everything that can be seen.</summary>
public sealed class SecretsTests(Servers servers)
{
    private const string StoreKey = "tidemarksecret0123456789";

    [Fact]
    public async Task No_secret_is_in_a_command_line_a_file_or_a_message()
    {
        var place = await servers.NewPlaceAsync("s3");
        Assert.Equal(StoreKey, place.Variables["AWS_SECRET_ACCESS_KEY"]);
        using var shop = await Shop.OpenAsync(await servers.OfAsync(15));
        using var elsewhere = new Scratch();
        await ChildProcess.OutputAsync("age-keygen", ["-o", elsewhere["key"]]);
        var recipient = (await ChildProcess.OutputAsync("age-keygen", ["-y", elsewhere["key"]])).Trim();
        var identity = File.ReadLines(elsewhere["key"]).Single(line => line.StartsWith("AGE-SECRET-KEY-", StringComparison.Ordinal));
        // A server that asks for none takes any; one that asks has its own.
        var url = new UriBuilder(shop.Program.Environment["DATABASE_URL"]);
        if (url.Password.Length == 0) url.Password = "marked-password-7Q";
        var password = Uri.UnescapeDataString(url.Password);
        shop.Program.With(place).With("BACKUP_DIR", $"backups,{place.Address}").With("BACKUP_ENCRYPT_TO", recipient).With("BACKUP_IDENTITY", elsewhere["key"]).With("DATABASE_URL", url.Uri.AbsoluteUri);
        var seen = new List<string>();

        foreach (var line in (string[])["backup", "backup --format sql.gz --json", "verify --all", "restore latest", "restore latest --swap", "keys check", "keys list", "list --json", "show latest", "config show", "doctor", "status", "download latest --decrypt --to fetched"])
            await WatchAsync(shop.Program, line);
        shop.Program.With("AWS_ENDPOINT_URL", "http://127.0.0.1:1").With("BACKUP_DIR", place.Address);
        await WatchAsync(shop.Program, "store check " + place.Address);
        shop.Program.With("DATABASE_URL", $"postgresql://postgres:{url.Password}@127.0.0.1:1/none").With("BACKUP_DIR", "backups");
        await WatchAsync(shop.Program, "backup");

        Assert.Contains(seen, text => text.Contains("pg_dump", StringComparison.Ordinal));
        foreach (var file in Directory.EnumerateFiles(shop.Folder, "*", SearchOption.AllDirectories)) seen.Add($"{file}: {await File.ReadAllTextAsync(file, System.Text.Encoding.Latin1, TestContext.Current.CancellationToken)}");
        foreach (var secret in (string[])[password, StoreKey, identity])
            Assert.DoesNotContain(seen, text => text.Contains(secret, StringComparison.Ordinal));

        async Task WatchAsync(TidemarkProgram program, string line)
        {
            await using var running = await program.StartAsync(line.Split(' '));
            while (!running.HasEnded) seen.AddRange(CommandLines());
            var ended = await running.EndAsync();
            seen.Add($"{line}: {ended.Output}{ended.Errors}");
        }
    }

    private static IEnumerable<string> CommandLines()
    {
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0])))
        {
            var line = "";
            try
            {
                line = File.ReadAllText(Path.Combine(process, "cmdline"));
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                // It ended while we looked.
            }
            // The tests' own store is started with its key.
            if (line.Length > 0 && !line.Contains("radosgw", StringComparison.Ordinal) && !line.Contains("s3-server", StringComparison.Ordinal)) yield return line;
        }
    }
}
