using System.Diagnostics;
using Tidemark.BaseBackups;
using Tidemark.Codecs.Age;
using Tidemark.Storage.Local;
using Tidemark.Tests.Architecture;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.BaseBackups;

/// <summary>A reader that knows docs/repository-format.md and nothing of our code.</summary>
public sealed class RepositoryReaderTests : IDisposable
{
    private static readonly string Samples = Path.Combine(Checkout.Root, "tests/Tidemark.Tests/BaseBackups/samples"), Reader = Path.Combine(Samples, "read-base.py");

    private readonly TempFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_lists_and_restores_what_our_writers_wrote_byte_by_byte(bool isSealed)
    {
        using var backup = new TinyBackup(new LocalObjectStore(folder["store"]), isSealed ? AgeIdentity.Generate() : null);
        var key = folder.Write("key.txt", (backup.Identity?.ToSecretText() ?? "") + "\n");
        string[] identity = isSealed ? ["--identity", key] : [];
        var (cluster, later) = (TinyCluster.Make(), TinyCluster.Make());
        var full = await backup.TakeAsync(cluster);
        later.Things["base/5/16384"].Bytes![2_000_000] ^= 1;
        var child = await backup.TakeAsync(later, full, cluster);
        var listed = Read(0, ["list", folder["store"], .. identity]).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t'));
        Assert.Equal(new[] { (full.Id, "full"), (child.Id, "incr") }.Order(), listed.Select(words => (words[0], words[1])).Order());
        foreach (var (manifest, expected) in new[] { (full, cluster), (child, later) })
        {
            Read(0, ["restore", folder["store"], manifest.Id, folder[manifest.Id], .. identity]);
            Same(expected, folder[manifest.Id]);
            Assert.Equal(manifest.BackupLabel, await File.ReadAllBytesAsync(Path.Combine(folder[manifest.Id], "backup_label"), Token));
            Assert.Equal(manifest.Control, await File.ReadAllBytesAsync(Path.Combine(folder[manifest.Id], "global/pg_control"), Token));
        }
    }

    /// <summary>Kept for ever: what was written in this format is restored by it, and by us.</summary>
    [Theory]
    [InlineData("plain")]
    [InlineData("sealed")]
    public async Task The_golden_repositories_of_format_1_are_restored(string which)
    {
        var golden = Path.Combine(Samples, "golden-1");
        var key = Path.Combine(golden, "key.txt");
        using var backup = new TinyBackup(new LocalObjectStore(Path.Combine(golden, which)), AgeIdentity.ParseFile(await File.ReadAllTextAsync(key, Token))[0]);
        var later = TinyCluster.Golden();
        later.Things["base/5/16384"].Bytes![2_000_000] ^= 1;
        var ids = Read(0, ["list", Path.Combine(golden, which)]).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t')).ToDictionary(words => words[1], words => words[0]);
        foreach (var (type, expected) in new[] { ("full", TinyCluster.Golden()), ("incr", later) })
        {
            Read(0, ["restore", Path.Combine(golden, which), ids[type], folder[type], "--identity", key]);
            Same(expected, folder[type]);
            var manifest = await backup.Bases.ReadManifestAsync(BaseId.TryParse(ids[type], out var id) ? id : default, Token);
            var restored = await backup.RestoreAsync(manifest.Document);
            Assert.Equal(expected.Things.Keys, restored.Things.Keys);
            Assert.All(expected.Things, thing => Assert.True(thing.Value.Bytes.AsSpan().SequenceEqual(restored.Things[thing.Key].Bytes), thing.Key));
        }
    }

    [Fact]
    public async Task It_sees_damage()
    {
        using var backup = new TinyBackup(new LocalObjectStore(folder["store"]));
        var manifest = await backup.TakeAsync(TinyCluster.Make(20_000));
        var pack = Directory.EnumerateFiles(Path.Combine(folder["store"], backup.Bases.Keys.Packs.All), "*", SearchOption.AllDirectories).First();
        var bytes = await File.ReadAllBytesAsync(pack, Token);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(pack, bytes, Token);
        Read(10, ["restore", folder["store"], manifest.Id, folder["restored"]]);
    }

    public void Dispose()
    {
        // .NET cannot remove a file whose name is no UTF-8.
        Shell("rm -rf ./*/base-x", folder.Path);
        folder.Dispose();
    }

    private static void Same(TinyCluster expected, string root)
    {
        // .NET makes no path of a name that is no UTF-8; find does.
        var found = Shell("find . -mindepth 1 -printf '%P\\0%y\\0%m\\0%l\\0%T@\\0'", root).Split('\0');
        var things = found[..^1].Chunk(5).ToDictionary(fields => fields[0]);
        Assert.True(things.Remove("backup_label") && things.Remove("tablespace_map") && things.Remove("global/pg_control"));
        Assert.Equal(expected.Things.Count, things.Count);
        foreach (var (path, thing) in expected.Things)
        {
            var told = things[path.Replace("\uDCFF", "\uFFFD", StringComparison.Ordinal)];
            Assert.Equal(thing.Target is not null ? "l" : thing.Bytes is null ? "d" : "f", told[1]);
            if (thing.Target is { } target) Assert.Equal(target, told[3]);
            else Assert.Equal(Convert.ToString(thing.Mode, 8), told[2]);
            if (thing.Bytes is null) continue;
            Assert.StartsWith("1767323045.123456", told[4], StringComparison.Ordinal);
            if (path.Contains('\uDCFF')) Assert.Equal("a name of no character\n", Shell("cat base-x/*", root));
            else Assert.True(thing.Bytes.AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(root, path))), path);
        }
    }

    private static string Read(int exitCode, params string[] arguments) => Run(exitCode, "/", "python3", [Reader, .. arguments]);

    private static string Shell(string line, string folder) => Run(0, folder, "sh", ["-c", line]);

    private static string Run(int exitCode, string folder, string program, string[] arguments)
    {
        using var running = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder })!;
        var complained = running.StandardError.ReadToEndAsync();
        var told = running.StandardOutput.ReadToEnd();
        running.WaitForExit();
        Assert.True(running.ExitCode == exitCode, $"{running.ExitCode}: {complained.Result}");
        return told;
    }
}
