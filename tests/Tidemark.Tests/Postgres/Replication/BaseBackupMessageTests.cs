using System.Formats.Tar;
using System.Text.Json;
using Tidemark.EndToEnd.Support;
using Tidemark.Postgres.Replication;
using Tidemark.Postgres.Wal;

namespace Tidemark.Tests.Postgres.Replication;

/// <summary>That copying out and in can be read and written: a base backup in both dialects, and an incremental one.</summary>
public sealed class BaseBackupMessageTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Before_15_each_tablespace_is_a_copy_of_its_own()
    {
        await using var server = await PostgresServer.StartAsync(14);
        await using var connection = await Streaming.OpenAsync(server.Url());
        await connection.BeginAsync("BASE_BACKUP LABEL 'trial' FAST NOWAIT MANIFEST 'yes'", Token);
        var copies = new List<MemoryStream>();
        var rows = new List<ResultRow>();
        for (var message = await connection.NextAsync(Token); message.Kind != MessageKind.ReadyForQuery; message = await connection.NextAsync(Token))
        {
            if (message.Kind == MessageKind.CopyOut) copies.Add(new MemoryStream());
            else if (message.Kind == MessageKind.CopyData) copies[^1].Write(message.Body.Span);
            else if (message.Kind == MessageKind.DataRow) rows.Add(ResultRow.Read(message.Fields));
        }
        Assert.Equal(3, rows.Count);
        Assert.True(rows[0].Lsn(0) < rows[2].Lsn(0));
        Assert.Equal(2, copies.Count);
        SameFiles(copies[0], copies[1].ToArray());
    }

    [Fact]
    public async Task Since_15_there_is_one_copy_and_since_17_an_increment()
    {
        await using var server = await PostgresServer.StartAsync(17, new ServerOptions { Settings = new Dictionary<string, string> { ["summarize_wal"] = "on" } });
        await using var connection = await Streaming.OpenAsync(server.Url());
        var (tar, manifest) = await BackupAsync(connection, "");
        SameFiles(tar, manifest);

        await Streaming.WorkAsync(server, 1);
        await connection.CopyInAsync("UPLOAD_MANIFEST", new MemoryStream(manifest), Token);
        var (increment, _) = await BackupAsync(connection, ", INCREMENTAL");
        Assert.Contains(Files(increment).Keys, name => name.Contains("INCREMENTAL.", StringComparison.Ordinal));

        await Assert.ThrowsAsync<Fault>(() => connection.CopyInAsync("UPLOAD_MANIFEST", new MemoryStream(new byte[500_000]), Token));
        Assert.Equal(TimelineId.First, (await connection.IdentifyAsync(Token)).Timeline);
    }

    [Fact]
    public async Task What_runs_can_be_cancelled()
    {
        await using var server = await PostgresServer.StartAsync(15);
        await using var connection = await Streaming.OpenAsync(server.Url());
        await Streaming.EndsWhenCancelledAsync(connection);
        Assert.Equal(TimelineId.First, (await connection.IdentifyAsync(Token)).Timeline);
    }

    private static async Task<(MemoryStream Tar, byte[] Manifest)> BackupAsync(ReplicationConnection connection, string more)
    {
        await connection.BeginAsync($"BASE_BACKUP (LABEL 'trial', CHECKPOINT 'fast', WAIT false, MANIFEST 'yes'{more})", Token);
        MemoryStream tar = new(), manifest = new();
        var target = tar;
        for (var message = await connection.NextAsync(Token); message.Kind != MessageKind.ReadyForQuery; message = await connection.NextAsync(Token))
        {
            if (message.Kind != MessageKind.CopyData) continue;
            switch ((char)message.Body.Span[0])
            {
                case 'n': Assert.Equal("base.tar", message.Fields.ArchiveName()); break;
                case 'm': target = manifest; break;
                case 'd': target.Write(message.Body.Span[1..]); break;
            }
        }
        return (tar, manifest.ToArray());
    }

    /// <summary>The server's own list of files, against those in the archive.</summary>
    private static void SameFiles(MemoryStream tar, byte[] manifest)
    {
        using var list = JsonDocument.Parse(manifest);
        var listed = list.RootElement.GetProperty("Files").EnumerateArray().ToDictionary(file => file.GetProperty("Path").GetString()!, file => file.GetProperty("Size").GetInt64());
        var files = Files(tar);
        Assert.NotEmpty(listed);
        Assert.All(listed, file => Assert.Equal(file.Value, files[file.Key]));
    }

    private static Dictionary<string, long> Files(MemoryStream tar)
    {
        // The server leaves out the two empty blocks at the end where a copy is one archive.
        tar.Write(new byte[1024]);
        tar.Position = 0;
        var files = new Dictionary<string, long>();
        using var reader = new TarReader(tar, leaveOpen: true);
        while (reader.GetNextEntry() is { } entry)
        {
            if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile) files[entry.Name] = entry.Length;
        }
        return files;
    }
}

internal static class ArchiveMessage
{
    /// <summary>'n', then the archive's name, then the path of its tablespace.</summary>
    public static string ArchiveName(this MessageFields fields)
    {
        fields.Byte();
        return fields.Text();
    }
}
