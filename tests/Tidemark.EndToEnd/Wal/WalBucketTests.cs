using Tidemark.EndToEnd.Dumps;
using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Wal;

/// <summary>Encrypted WAL in a real bucket: pushed, and fetched by a server that recovers.</summary>
public sealed class WalBucketTests(Servers servers)
{
    private const string Content = "select count(*) || ' ' || md5(string_agg(id || text, ',' order by id, text)) from work";

    [Fact, Trait("takes", "minutes")]
    public async Task Encrypted_in_a_bucket_whose_server_is_killed_during_recovery_every_row_comes_back()
    {
        var s3 = await servers.S3Async();
        await using var gateway = await s3.OwnGatewayAsync();
        var place = (await s3.NewPlaceAsync()).With("AWS_ENDPOINT_URL", gateway.Url);
        using var scratch = new Scratch("wal-bucket");
        File.SetUnixFileMode(scratch.Folder, (UnixFileMode)Convert.ToInt32("1777", 8));
        var (hold, reached) = (scratch["hold"], scratch["reached"]);
        // Until the test lets it go, the second segment is not asked for.
        var tidemark = await Bystander.PutProgramAsync(scratch.Folder, $"if [ -e '{hold}' ] && [ \"$4\" = \"$(cat '{hold}')\" ]; then touch '{reached}'; while [ -e '{hold}' ]; do sleep 0.05; done; fi\n");
        await ChildProcess.OutputAsync("age-keygen", ["-o", scratch["key"]]);
        await ChildProcess.OutputAsync("age-keygen", ["-o", scratch["stranger"]]);
        var recipient = (await ChildProcess.OutputAsync("age-keygen", ["-y", scratch["key"]])).Trim();
        await ChildProcess.OutputAsync("chmod", ["644", scratch["key"]]);
        string Command(string words, string setting) => $"env -i PATH=/usr/local/bin:/usr/bin:/bin HOME={scratch.Folder} BACKUP_DIR={place.Address} {string.Join(' ', place.Variables.Select(one => $"{one.Key}={one.Value}"))} {setting} {tidemark} {words}";
        await using var server = await PostgresServer.StartAsync(16, new ServerOptions
        {
            Settings = new Dictionary<string, string> { ["archive_mode"] = "on", ["archive_command"] = Command("wal push %p", $"BACKUP_ENCRYPT_TO={recipient}"), ["autovacuum"] = "off", ["checkpoint_timeout"] = "1h" },
        });
        await server.ExecuteAsync("postgres", "create table work (id bigint, text text)");
        await server.CopyAsync(scratch["base"]);
        var names = new List<string>();
        for (var count = 0; count < 4; count++)
        {
            await server.ExecuteAsync("postgres", $"insert into work select i, repeat(md5(i::text), 20) from generate_series({count * 1000}, {(count * 1000) + 999}) i");
            names.Add((await server.ScalarAsync<string>("postgres", "select pg_walfile_name(pg_switch_wal())"))!);
        }
        await Waiting.UntilAsync(async () => string.CompareOrdinal(await server.ScalarAsync<string>("postgres", "select last_archived_wal from pg_stat_archiver"), names[^1]) >= 0, "all is archived");
        var rows = await server.ScalarAsync<string>("postgres", Content);

        await File.WriteAllTextAsync(hold, names[1], TestContext.Current.CancellationToken);
        var recovering = PostgresServer.StartAsync(16, new ServerOptions
        {
            DataFrom = scratch["base"],
            Recovers = true,
            Settings = new Dictionary<string, string> { ["restore_command"] = Command("wal fetch --patience=5m %f %p", $"BACKUP_IDENTITY={scratch["key"]}") },
        });
        await Waiting.UntilAsync(() => File.Exists(reached) || recovering.IsCompleted, "recovery asks for its second segment");
        await gateway.KillAsync();
        File.Delete(hold);
        await Task.WhenAny(recovering, Task.Delay(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken));
        Assert.False(recovering.IsCompleted, "recovery ended without its store");

        // Whoever asks now and does not wait learns nothing: neither that it is there nor that it is not.
        var aside = await InACopyAsync(scratch, place);
        foreach (var name in (string[])[names[0], "0000000100000000000000F0", "00000002.history"]) (await aside.RunAsync("wal", "fetch", "--patience", "1s", name, "pg_wal/RECOVERYXLOG")).Ends(126);
        await gateway.StartAsync();
        await using (var recovered = await recovering) Assert.Equal(rows, await recovered.ScalarAsync<string>("postgres", Content));

        // Not with another key, nor with a password that the bucket refuses, nor in a bucket that is not there; and a miss is one still.
        aside = (await InACopyAsync(scratch, place.With("AWS_ENDPOINT_URL", gateway.Url))).With("BACKUP_IDENTITY", scratch["key"]);
        (await aside.RunAsync("wal", "fetch", names[0], "pg_wal/RECOVERYXLOG")).Ends();
        (await aside.RunAsync("wal", "fetch", "0000000100000000000000F0", "pg_wal/RECOVERYXLOG")).Ends(1);
        (await aside.With("BACKUP_IDENTITY", scratch["stranger"]).RunAsync("wal", "fetch", "--patience", "1s", names[0], "pg_wal/RECOVERYXLOG")).Ends(126);
        (await aside.With("BACKUP_DIR", "s3://nobody-made-this/backups").RunAsync("wal", "fetch", "--patience", "1s", "0000000100000000000000F0", "pg_wal/RECOVERYXLOG")).Ends(126);
        (await aside.With("BACKUP_DIR", place.Address).With("AWS_SECRET_ACCESS_KEY", "wrong").RunAsync("wal", "fetch", "--patience", "1s", "0000000100000000000000F0", "pg_wal/RECOVERYXLOG")).Ends(126);
    }

    /// <summary>In a folder that looks like the server's.</summary>
    private static async Task<TidemarkProgram> InACopyAsync(Scratch scratch, StorePlace place)
    {
        Directory.CreateDirectory(scratch["aside", "global"]);
        Directory.CreateDirectory(scratch["aside", "pg_wal"]);
        await File.WriteAllBytesAsync(scratch["aside", "global", "pg_control"], await File.ReadAllBytesAsync(Path.Combine(scratch["base"], "global", "pg_control"), TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
        return new TidemarkProgram(scratch["aside"]).With(place).With("BACKUP_IDENTITY", scratch["key"]);
    }
}
