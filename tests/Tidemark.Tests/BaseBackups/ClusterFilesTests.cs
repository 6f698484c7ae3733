using System.Formats.Tar;
using System.Text.Json;
using Tidemark.BaseBackups;
using Tidemark.EndToEnd.Support;
using Tidemark.Postgres.Data;

namespace Tidemark.Tests.BaseBackups;

/// <summary>What is taken of a cluster, against what the server's own pg_basebackup takes of it.</summary>
public sealed class ClusterFilesTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public Task What_is_taken_is_what_pg_basebackup_takes() => SameAsync(17);

    [Theory, Trait("takes", "minutes")]
    [InlineData(13)]
    [InlineData(14)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(18)]
    public Task What_is_taken_of_each_major_is_what_pg_basebackup_takes(int major) => SameAsync(major);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Files_that_shrink_grow_or_vanish_are_read_as_far_as_they_were_listed(bool overSql)
    {
        await using var cluster = await LiveCluster.StartAsync(18);
        await using var session = await BackupSession.OpenAsync(cluster.Address, Token);
        await using var files = await cluster.FilesAsync(session.Facts, overSql);
        string Full(string name) => Path.Combine(cluster.Server.DataFolder, name);
        var bytes = new byte[700_000];
        for (var at = 0; at < bytes.Length; at++) bytes[at] = (byte)(at * 7 / 3);
        foreach (var name in (string[])["shrinks", "grows", "vanishes"]) await File.WriteAllBytesAsync(Full(name), bytes, Token);
        await ChildProcess.OutputAsync("chmod", ["644", Full("shrinks"), Full("grows"), Full("vanishes")]);
        var listed = (await files.FolderAsync("", Token)).Where(entry => entry.Path is "shrinks" or "grows" or "vanishes").OrderBy(entry => entry.Path, StringComparer.Ordinal).ToList();
        Assert.Equal(["grows", "shrinks", "vanishes"], listed.Select(entry => entry.Path));
        Assert.All(listed, entry => Assert.Equal(700_000, entry.Length));

        await File.WriteAllBytesAsync(Full("shrinks"), bytes[..300_000], Token);
        await File.AppendAllTextAsync(Full("grows"), "more", Token);
        File.Delete(Full("vanishes"));
        var buffer = new byte[2_100_000];
        Assert.Equal(300_000, await files.ReadAsync("shrinks", 0, buffer.AsMemory(0, 700_000), Token));
        Assert.True(bytes.AsSpan(0, 300_000).SequenceEqual(buffer.AsSpan(0, 300_000)));
        Assert.Equal(0, await files.ReadAsync("shrinks", 500_000, buffer.AsMemory(0, 200_000), Token));
        Assert.Equal(100_000, await files.ReadAsync("grows", 600_000, buffer.AsMemory(0, 100_000), Token));
        Assert.True(bytes.AsSpan(600_000).SequenceEqual(buffer.AsSpan(0, 100_000)));
        Assert.Null(await files.ReadAsync("vanishes", 0, buffer.AsMemory(0, 700_000), Token));
        Assert.Empty(await files.FolderAsync("no such folder", Token));

        Assert.Equal([700_000, 300_000, null], await files.ReadWholeAsync([listed[0], listed[1], listed[2]], buffer, Token));
        Assert.True(bytes.AsSpan().SequenceEqual(buffer.AsSpan(0, 700_000)));
        Assert.True(bytes.AsSpan(0, 300_000).SequenceEqual(buffer.AsSpan(700_000, 300_000)));
    }

    [Fact]
    public async Task On_the_disk_links_and_special_files_are_told_and_a_link_to_a_file_is_that_file()
    {
        await using var cluster = await LiveCluster.StartAsync(18);
        await ChildProcess.OutputAsync("sh", ["-c", "cd \"$0\" && echo text > ../text && ln -s ../text linked.conf && mkdir ../elsewhere && ln -s ../elsewhere log && mkfifo pipe && ln -s nowhere dangling && printf x > \"$(printf 'odd-\\377')\"", cluster.Server.DataFolder], asServerUser: true);
        await using var files = new LocalClusterFiles(cluster.Server.DataFolder);
        var decided = new BackupSelection("PG_18_1", []).Decide(await files.FolderAsync("", Token)).ToDictionary(pair => pair.Entry.Path);
        Assert.Equal((ClusterEntryKind.File, EntryFate.Copied, 5L, "../text"), (decided["linked.conf"].Entry.Kind, decided["linked.conf"].Fate, decided["linked.conf"].Entry.Length, decided["linked.conf"].Entry.Target));
        Assert.Equal((ClusterEntryKind.Link, EntryFate.Refused, "../elsewhere"), (decided["log"].Entry.Kind, decided["log"].Fate, decided["log"].Entry.Target));
        Assert.Equal(EntryFate.Refused, decided["dangling"].Fate);
        Assert.Equal((ClusterEntryKind.Special, EntryFate.Refused), (decided["pipe"].Entry.Kind, decided["pipe"].Fate));
        Assert.Equal(EntryFate.Refused, Assert.Single(decided.Values, pair => pair.Entry.Path.StartsWith("odd-", StringComparison.Ordinal)).Fate);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, decided["PG_VERSION"].Entry.Mode);
        // .NET cannot remove a name that it cannot spell.
        await ChildProcess.OutputAsync("sh", ["-c", "rm \"$0\"/odd-*", cluster.Server.DataFolder]);
    }

    [Fact]
    public async Task A_folder_is_the_servers_only_while_it_runs_in_it()
    {
        await using var cluster = await LiveCluster.StartAsync(18);
        await using var session = await BackupSession.OpenAsync(cluster.Address, Token);
        Assert.Equal("", await session.ObjectionToLocalAsync(Token));

        // A copy of the folder, as a second server of the same cluster would have, under the name that the first one tells.
        var pid = Path.Combine(cluster.Server.DataFolder, "postmaster.pid");
        var lines = await File.ReadAllLinesAsync(pid, Token);
        await File.WriteAllLinesAsync(pid, [.. lines[..3], "1", .. lines[4..]], Token);
        Assert.Contains("listens on port 1", await session.ObjectionToLocalAsync(Token));
        await File.WriteAllLinesAsync(pid, lines, Token);
        await cluster.Server.ExecuteAsync("postgres", "checkpoint");
        Assert.Equal("", await session.ObjectionToLocalAsync(Token));

        // As it was before that checkpoint: another server's, however much it looks like this one's.
        var control = Path.Combine(cluster.Server.DataFolder, ControlFile.Path);
        var before = await File.ReadAllBytesAsync(control, Token);
        await cluster.Server.ExecuteAsync("postgres", "checkpoint");
        await using var connection = await cluster.Server.OpenAsync();
        var facts = session.Facts with { DataFolder = Workshop.NewPath("copy") };
        Assert.Contains("is not on this machine", await LocalCluster.ObjectionAsync(connection, facts, Token));
        Directory.CreateDirectory(Path.Combine(facts.DataFolder, "global"));
        await File.WriteAllBytesAsync(Path.Combine(facts.DataFolder, ControlFile.Path), before, Token);
        Assert.Equal("no server runs in it", await LocalCluster.ObjectionAsync(connection, facts, Token));
        await File.WriteAllLinesAsync(Path.Combine(facts.DataFolder, "postmaster.pid"), lines, Token);
        Assert.StartsWith("its last checkpoint is at ", await LocalCluster.ObjectionAsync(connection, facts, Token));
    }

    private static async Task SameAsync(int major)
    {
        await using var cluster = await LiveCluster.StartAsync(major);
        await cluster.FurnishAsync();
        var (files, folders) = await TheirsAsync(cluster);
        await using var session = await BackupSession.OpenAsync(cluster.Address, Token);
        await using var local = await cluster.FilesAsync(session.Facts, overSql: false);
        await using var remote = await cluster.FilesAsync(session.Facts, overSql: true);
        var ours = await LiveCluster.TakeAsync(local, session.Facts);
        Assert.Equal(ours, await LiveCluster.TakeAsync(remote, session.Facts));

        // 15 leaves out what lies in place.
        var inPlace = major == 15 ? $"pg_tblspc/{session.Facts.Tablespaces.Single(space => space.IsInPlace).Oid}/" : "none";
        Assert.Equal(major == 15, ours.Keys.Any(path => path.StartsWith(inPlace, StringComparison.Ordinal)));
        var oursFiles = ours.Where(pair => pair.Value.Hash is not null && !pair.Key.StartsWith(inPlace, StringComparison.Ordinal)).Select(pair => $"{pair.Key} {pair.Value.Length} {pair.Value.Hash}").ToList();
        // Theirs leaves out a file of this name wherever it lies.
        var more = Assert.Single(oursFiles, line => line.StartsWith("mine/postmaster.pid ", StringComparison.Ordinal));
        Assert.Equal(files.Append(more).Order(StringComparer.Ordinal), oursFiles.Order(StringComparer.Ordinal));
        // Theirs has the folders of the data folder alone: what is in a tablespace is an archive of its own.
        Assert.Equal(folders.Order(StringComparer.Ordinal), ours.Where(pair => pair.Value.Hash is null && !pair.Key.StartsWith("pg_tblspc/", StringComparison.Ordinal)).Select(pair => pair.Key).Order(StringComparer.Ordinal));
        Assert.Contains("spaces/inside", ours.Keys);
        Assert.Contains(ours.Keys, path => path.StartsWith("pg_twophase/0", StringComparison.Ordinal));
    }

    /// <summary>Each file as "path length hash", from the server's own manifest, and the folders of the archive.</summary>
    private static async Task<(IEnumerable<string> Files, IEnumerable<string> Folders)> TheirsAsync(LiveCluster cluster)
    {
        var folder = Workshop.NewPath("theirs");
        await ChildProcess.OutputAsync(
            Path.Combine(cluster.Server.Clients, "pg_basebackup"),
            ["-D", folder, "-d", cluster.Server.SocketUrl(), "--checkpoint=fast", "--no-sync", "--wal-method=none", "--format=tar", "--manifest-checksums=SHA256"], asServerUser: true);
        using var manifest = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(folder, PostgresManifest.Path), Token));
        var files = manifest.RootElement.GetProperty("Files").EnumerateArray()
            .Select(file => (Path: file.GetProperty("Path").GetString()!, Size: file.GetProperty("Size").GetInt64(), Sum: file.GetProperty("Checksum").GetString()))
            .Where(file => file.Path is not (BackupLabel.Path or TablespaceMap.Path)).Select(file => $"{file.Path} {file.Size} {file.Sum}").ToList();
        List<string> folders = [];
        await using var archive = File.OpenRead(Path.Combine(folder, "base.tar"));
        await using var tar = new TarReader(archive);
        while (await tar.GetNextEntryAsync(cancellationToken: Token) is { } entry)
        {
            if (entry.EntryType == TarEntryType.Directory && entry.Name.Trim('.', '/') is { Length: > 0 } name && !name.StartsWith("pg_tblspc/", StringComparison.Ordinal)) folders.Add(name);
        }
        return (files, folders);
    }
}
