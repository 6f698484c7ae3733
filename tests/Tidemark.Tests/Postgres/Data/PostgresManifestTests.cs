using System.Text;
using System.Text.Json;
using Tidemark.EndToEnd.Support;
using Tidemark.Postgres;
using Tidemark.Postgres.Data;
using Tidemark.Postgres.Wal;

namespace Tidemark.Tests.Postgres.Data;

/// <summary>pg_verifybackup is the judge, over what pg_basebackup took.</summary>
public sealed class PostgresManifestTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(13)]
    [InlineData(15)]
    [InlineData(17)]
    [InlineData(18)]
    public async Task A_manifest_of_ours_is_accepted_in_place_of_the_servers_and_a_changed_file_is_found(int major)
    {
        await using var server = await PostgresServer.StartAsync(major);
        var folder = Workshop.NewPath("taken");
        await ChildProcess.OutputAsync(Path.Combine(server.Programs, "pg_basebackup"), ["-D", folder, "-d", server.SocketUrl(), "--checkpoint=fast", "--no-sync", "--wal-method=stream"], asServerUser: true);
        // A name that is no UTF-8, and one that JSON escapes.
        await ChildProcess.OutputAsync("sh", ["-c", "cd \"$0\" && printf x > \"$(printf 'odd-\\377')\" && printf y > 'quoted\"name\u00e9'", folder], asServerUser: true);
        var path = Path.Combine(folder, PostgresManifest.Path);
        using (var theirs = JsonDocument.Parse(await File.ReadAllBytesAsync(path, Token)))
        {
            await using var to = File.Create(path);
            Write(to, major, theirs.RootElement, folder);
        }
        Assert.Contains("successfully verified", await VerifyAsync(server, folder));

        // Of the same length, so that only the sum tells.
        var changed = Path.Combine(folder, "PG_VERSION");
        await File.WriteAllTextAsync(changed, "99\n", Token);
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => VerifyAsync(server, folder));
        Assert.Contains("checksum mismatch for file \"PG_VERSION\"", refused.Message);
        // .NET cannot remove a name that it cannot spell.
        await ChildProcess.OutputAsync("rm", ["-rf", folder]);
    }

    private static Task<string> VerifyAsync(PostgresServer server, string folder) =>
        ChildProcess.OutputAsync(Path.Combine(server.Programs, "pg_verifybackup"), [folder], asServerUser: true);

    private static void Write(Stream to, int major, JsonElement theirs, string folder)
    {
        var system = ControlFile.Read(File.ReadAllBytes(Path.Combine(folder, ControlFile.Path)), out _)!.SystemIdentifier;
        using var manifest = PostgresManifest.Begin(to, major, system);
        foreach (var file in theirs.GetProperty("Files").EnumerateArray())
        {
            var name = file.GetProperty("Path").GetString()!;
            Add(manifest, Encoding.UTF8.GetBytes(name), File.ReadAllBytes(Path.Combine(folder, name)));
        }
        Add(manifest, [.. "odd-"u8, 0xFF], "x"u8);
        Add(manifest, "quoted\"name\u00e9"u8, "y"u8);
        manifest.Finish([.. theirs.GetProperty("WAL-Ranges").EnumerateArray().Select(range => new ManifestWalRange(
            new TimelineId(range.GetProperty("Timeline").GetUInt32()), Lsn.Parse(range.GetProperty("Start-LSN").GetString()), Lsn.Parse(range.GetProperty("End-LSN").GetString())))]);
    }

    private static void Add(PostgresManifest manifest, ReadOnlySpan<byte> path, ReadOnlySpan<byte> bytes) => manifest.Add(new ManifestFile(path.ToArray(), bytes.Length, DateTimeOffset.UnixEpoch, Crc32C.Of(bytes)));
}
