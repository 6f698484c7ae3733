using System.Text;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Dumps;

public sealed class SecretTests
{
    private const string Password = "s3cr3t-Köln@/:'";

    [Theory]
    [InlineData("custom", "pg_restore")]
    [InlineData("sql.gz", "psql")]
    public async Task The_password_stands_in_no_command_line_and_in_no_file_that_is_written(string format, string restorer)
    {
        await using var server = await PostgresServer.StartAsync(15, new ServerOptions { Password = Password });
        using var scratch = new Scratch();
        var database = await server.CreateDatabaseAsync("secret");

        // Its refresh keeps the restoring child alive for long enough to be looked at.
        await server.ExecuteAsync(database, "CREATE TABLE held (x int); CREATE FUNCTION slow() RETURNS int LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(1); RETURN 1; END'; CREATE MATERIALIZED VIEW waits AS SELECT public.slow()");
        var program = TidemarkProgram.For(server, database, scratch.Folder);

        await using (await Waiting.HoldAsync(server, database, "held"))
        {
            await using var running = await program.StartAsync("backup", "--format", format);
            await Waiting.UntilPgDumpWaitsAsync(server, database);
            Assert.NotEmpty(CommandLines("pg_dump"));
            Assert.DoesNotContain(CommandLines(""), HoldsSecret);
            running.Terminate();
            (await running.EndAsync()).Ends(130);
        }

        var backup = (await program.RunAsync("backup", "--format", format)).Ends(0);
        var restore = await program.StartAsync("restore", "latest");
        await using (restore)
        {
            var seen = new List<string>();
            while (!restore.HasEnded) seen.AddRange(CommandLines(""));
            var result = (await restore.EndAsync()).Ends(0);
            Assert.Contains(seen, line => line.Split('\0')[0].EndsWith("/" + restorer, StringComparison.Ordinal));
            Assert.DoesNotContain(seen, HoldsSecret);
            Assert.DoesNotContain([backup.Output, backup.Errors, result.Output, result.Errors], HoldsSecret);
        }
        (await program.RunAsync("restore", "nothing-like-it")).Ends(4);

        var files = Directory.GetFiles(program.Environment["BACKUP_DIR"], "*", SearchOption.AllDirectories);
        Assert.Contains(files, file => file.EndsWith("journal.db", StringComparison.Ordinal));
        Assert.Contains(files, file => file.EndsWith(".log", StringComparison.Ordinal));
        foreach (var file in files) Assert.False(HoldsSecret(Encoding.UTF8.GetString(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken))), $"{file} holds the password");
    }

    private static bool HoldsSecret(string text) => text.Contains("s3cr3t-K", StringComparison.Ordinal);

    private static string[] CommandLines(string program) =>
        [.. Directory.EnumerateDirectories("/proc").Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0])).Select(CommandLine).Where(line => line.Split('\0')[0].EndsWith(program, StringComparison.Ordinal))];

    private static string CommandLine(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "cmdline"));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
