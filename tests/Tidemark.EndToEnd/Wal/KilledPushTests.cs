using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Wal;

[Trait("takes", "minutes")]
public sealed class KilledPushTests(ArchivedServer archived) : IClassFixture<ArchivedServer>
{
    /// <summary>Killed at fifty moments from its start to its end: what stands under a final name is whole, and the next call needs no hand-work.</summary>
    [Fact]
    public async Task A_push_that_is_killed_leaves_nothing_false()
    {
        using var server = new Scratch("server");
        using var store = new Scratch("store");
        Directory.CreateDirectory(server["global"]);
        Directory.CreateDirectory(server["pg_wal", "archive_status"]);
        File.Copy(Path.Combine(archived.Base, "global", "pg_control"), server["global", "pg_control"]);
        var program = new TidemarkProgram(server.Folder).With("BACKUP_DIR", store.Folder);
        var names = Directory.EnumerateFiles(Path.Combine(archived.Folder, "wal", "00000001", "00000000")).Select(path => (Path: path, Name: Path.GetFileName(path)[..24])).OrderBy(one => one.Name, StringComparer.Ordinal).ToList();
        foreach (var (path, name) in names)
        {
            await ChildProcess.OutputAsync("zstd", ["-q", "-d", path, "-o", server["pg_wal", name]]);
            await File.WriteAllTextAsync(server["pg_wal", "archive_status", name + ".ready"], "", TestContext.Current.CancellationToken);
        }

        for (var round = 0; round < 50; round++)
        {
            var name = names[round % names.Count].Name;
            await using (var running = await program.StartAsync("wal", "push", $"pg_wal/{name}"))
            {
                await Task.Delay(round * 20, TestContext.Current.CancellationToken);
                Signals.ToGroup(running.Id, Signals.Kill);
            }
            await RequireTrueAsync();
            // Now and then all goes well, and the store begins anew.
            if (round % 10 != 9) continue;
            foreach (var one in names) (await program.RunAsync("wal", "push", $"pg_wal/{one.Name}")).Ends();
            Assert.Equal(names.Count, await RequireTrueAsync());
            // Not the note of the cluster's life: a store that has lost that is refused.
            foreach (var life in Directory.EnumerateDirectories(store["clusters", "default"])) Directory.Delete(life, recursive: true);
        }

        async Task<int> RequireTrueAsync()
        {
            if (!Directory.Exists(store["clusters"])) return 0;
            var stored = Directory.EnumerateFiles(store["clusters"], "0000000100000000*", SearchOption.AllDirectories).ToList();
            foreach (var path in stored)
            {
                var hash = (await ChildProcess.OutputAsync("sh", ["-c", "zstd -q -d -c \"$0\" | sha256sum", path]))[..64];
                Assert.EndsWith(hash, path, StringComparison.Ordinal);
            }
            return stored.Count;
        }
    }
}
