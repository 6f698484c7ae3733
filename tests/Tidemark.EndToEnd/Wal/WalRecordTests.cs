using System.Buffers.Binary;
using Npgsql;
using Tidemark.EndToEnd.Support;
using Tidemark.Tests.Support;

namespace Tidemark.EndToEnd.Wal;

/// <summary>The probe reads what real servers wrote, beside pg_waldump.</summary>
public sealed class WalRecordTests
{
    private const int PageBytes = 8192;

    public static TheoryData<int> OtherMajors => [14, 15, 16, 17, 18];

    [Fact]
    public Task Records_are_as_pg_waldump_reads_them() => CompareAsync(13, rows: 2_000);

    [Theory]
    [MemberData(nameof(OtherMajors))]
    [Trait("takes", "minutes")]
    public Task Records_of_each_major_are_as_pg_waldump_reads_them(int major) => CompareAsync(major, rows: 100_000);

    [Theory]
    [MemberData(nameof(Servers.AllMajors), MemberType = typeof(Servers))]
    [Trait("takes", "minutes")]
    public async Task A_record_that_a_crash_cut_off_is_passed_over_as_the_server_does(int major)
    {
        await using var server = await StartAsync(major);
        await server.ExecuteAsync("postgres", "CHECKPOINT; SELECT pg_switch_wal()");
        await server.ExecuteAsync("postgres", "CREATE TABLE before (n int); SELECT pg_switch_wal(); SELECT pg_logical_emit_message(false, 'torn', repeat('t', 20000000))");
        var torn = await CurrentAsync(server);
        await server.CrashAsync();
        // The disk never saw the last segment.
        File.Delete(Path.Combine(Folder(server), torn));
        await server.StartAsync();
        await server.ExecuteAsync("postgres", "CREATE TABLE after (n int); SELECT pg_switch_wal()");

        var segments = Segments(server, await CurrentAsync(server));
        var expected = await DumpAsync(server, segments);
        Assert.Equal(expected, await ReadAsync(segments));
        Assert.Contains(segments, segment => (File.ReadAllBytes(segment)[2] & 8) != 0);
        Assert.Equal("", await ProbeAsync("wal-check", segments));
    }

    [Theory]
    [MemberData(nameof(Servers.AllMajors), MemberType = typeof(Servers))]
    [Trait("takes", "minutes")]
    public async Task The_first_segment_of_a_new_timeline_is_read_from_the_old_into_the_new(int major)
    {
        await using var server = await StartAsync(major);
        await server.ExecuteAsync("postgres", "SELECT pg_switch_wal()");
        await server.ExecuteAsync("postgres", "CREATE TABLE before (n int)");
        await server.CrashAsync();
        // It recovers from its own log, and begins a timeline at its end.
        await File.AppendAllTextAsync(Path.Combine(server.DataFolder, "postgresql.conf"), "restore_command = 'false'\nhot_standby = off\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(server.DataFolder, "recovery.signal"), "", TestContext.Current.CancellationToken);
        await server.StartAsync();
        await server.ExecuteAsync("postgres", "CREATE TABLE after (n int); SELECT pg_switch_wal()");

        var segments = Segments(server, await CurrentAsync(server), from: "00000002");
        Assert.Equal((byte)1, (await File.ReadAllBytesAsync(segments[0], TestContext.Current.CancellationToken))[4]);
        Assert.Equal(await DumpAsync(server, segments), await ReadAsync(segments));
        Assert.Equal("", await ProbeAsync("wal-check", segments));
    }

    private static async Task CompareAsync(int major, int rows)
    {
        await using var server = await StartAsync(major);
        await server.ExecuteAsync("postgres", "SELECT pg_switch_wal()");
        var first = await CurrentAsync(server);
        await using (var connection = await server.OpenAsync())
        {
            foreach (var sql in Work(rows))
            {
                await using var command = new NpgsqlCommand(sql, connection);
                await command.ExecuteNonQueryAsync();
            }
        }

        var segments = Segments(server, await CurrentAsync(server), from: first);
        var expected = await DumpAsync(server, segments);
        Assert.Contains(expected, line => line.Contains(" commit ", StringComparison.Ordinal));
        Assert.Contains(expected, line => line.Contains(" image", StringComparison.Ordinal));
        Assert.Equal(expected, await ReadAsync(segments));
        Assert.Equal("", await ProbeAsync("wal-check", segments));
    }

    private static string[] Work(int rows) =>
    [
        "CREATE TABLE t (id int PRIMARY KEY, v text, p point)", "CREATE INDEX ON t USING gist (p)", "CREATE INDEX ON t USING gin (to_tsvector('simple', v))", "CREATE INDEX ON t USING brin (id)",
        "CREATE INDEX ON t USING hash (v)", "CREATE SEQUENCE s",
        $"INSERT INTO t SELECT g, 'row ' || g, point(g, -g) FROM generate_series(1, {rows}) g",
        "BEGIN; INSERT INTO t VALUES (-1, 'a'); SAVEPOINT s; INSERT INTO t VALUES (-2, 'b'); ROLLBACK TO s; COMMIT",
        "BEGIN; INSERT INTO t VALUES (-3, 'c'); ROLLBACK",
        "BEGIN; INSERT INTO t VALUES (-4, 'd'); PREPARE TRANSACTION 'one'", "COMMIT PREPARED 'one'",
        "BEGIN; INSERT INTO t VALUES (-5, 'e'); PREPARE TRANSACTION 'two'", "ROLLBACK PREPARED 'two'",
        "SELECT pg_logical_emit_message(true, 'long', repeat('m', 40000000))", "SELECT nextval('s') FROM generate_series(1, 100)",
        "CHECKPOINT", "SET wal_compression = on", "UPDATE t SET v = v || 'x' WHERE id % 7 = 0", "DELETE FROM t WHERE id % 11 = 0", "VACUUM t",
        "SELECT pg_create_restore_point('here')", "CREATE DATABASE other", "CREATE TABLE u AS SELECT * FROM t", "TRUNCATE t", "REINDEX TABLE u", "DROP TABLE u",
        "ALTER SYSTEM SET wal_consistency_checking = 'heap'", "SELECT pg_reload_conf()", "SELECT pg_sleep(0.2)", "INSERT INTO t SELECT g, 'again', NULL FROM generate_series(1, 20) g",
        "SELECT pg_switch_wal()",
    ];

    /// <summary>14 knows no program that reads records of subtransactions under wal_level=logical but its own, which the npm packages lack.</summary>
    private static Task<PostgresServer> StartAsync(int major) => PostgresServer.StartAsync(major, new ServerOptions
    {
        Settings = new Dictionary<string, string>
        {
            ["wal_level"] = major == 14 ? "replica" : "logical",
            ["max_prepared_transactions"] = "5",
            ["wal_keep_size"] = "1GB",
            ["autovacuum"] = "off",
            ["max_wal_size"] = "4GB",
        },
    });

    private static async Task<string> CurrentAsync(PostgresServer server) =>
        await server.ScalarAsync<string>("postgres", "SELECT pg_walfile_name(pg_current_wal_insert_lsn())") ?? throw new InvalidOperationException("no segment");

    private static string Folder(PostgresServer server) => Path.Combine(server.DataFolder, "pg_wal");

    /// <summary>Complete ones, in order.</summary>
    private static List<string> Segments(PostgresServer server, string before, string from = "") =>
        [.. Directory.GetFiles(Folder(server)).Where(file => Path.GetFileName(file).Length == 24)
            .Where(file => string.CompareOrdinal(Path.GetFileName(file), from) >= 0 && string.CompareOrdinal(Path.GetFileName(file), before) < 0).Order(StringComparer.Ordinal)];

    private static async Task<string[]> ReadAsync(List<string> segments) => Lines(await ProbeAsync("wal-records", segments));

    private static Task<string> ProbeAsync(string verb, List<string> segments) =>
        ChildProcess.OutputAsync(Path.Combine(Workshop.Repository, "artifacts/bin/Tidemark.Probe/debug/Tidemark.Probe"), [verb, .. segments]);

    /// <summary>14 and 16 come without pg_waldump: the one of a neighbour with the same layout reads copies whose pages bear its magic, which no checksum covers.</summary>
    private static async Task<string[]> DumpAsync(PostgresServer server, List<string> segments)
    {
        var (reader, magic) = server.Major switch { 14 => (13, 0xD106), 16 => (15, 0xD110), var own => (own, 0) };
        using var copies = new Scratch("wal-copies");
        foreach (var segment in segments)
        {
            var bytes = await File.ReadAllBytesAsync(segment);
            for (var page = 0; page < bytes.Length && magic != 0; page += PageBytes)
            {
                if (bytes[page] != 0) BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(page), (ushort)magic);
            }

            await File.WriteAllBytesAsync(copies[Path.GetFileName(segment)], bytes);
        }

        var program = Path.Combine(PostgresPrograms.Folder(reader), "pg_waldump");
        var output = await ChildProcess.OutputAsync(
            program, ["-p", copies.Folder, Path.GetFileName(segments[0]), Path.GetFileName(segments[^1])], environment: new Dictionary<string, string> { ["TZ"] = "UTC" });
        return [.. Lines(output).Select(WalDump.Normal)];
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
