using System.Globalization;
using Tidemark.Bench.Data;
using Tidemark.Bench.Machine;
using Tidemark.Bench.Server;

namespace Tidemark.Bench.BaseRaces;

/// <summary>The cluster that is backed up: pgbench's tables after a run of its load, a trading application's, two thousand small tables, and one in a tablespace.</summary>
internal sealed class ClusterSample(BenchPrograms programs, ScratchServer server, string tablespace)
{
    private const int SmallTables = 2000;

    /// <summary>Where the tablespace is.</summary>
    public string Tablespace => tablespace;

    /// <summary>The files that a backup reads, without WAL.</summary>
    public IEnumerable<string> Files => new[] { Path.Combine(server.Data, "base"), Path.Combine(server.Data, "global"), tablespace }.SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories));

    public long Bytes => Files.Sum(file => new FileInfo(file).Length);

    public void Make(int scale, CancellationToken token)
    {
        new SampleDatabase(server).Make(scale * 9_000_000L, token);
        server.Execute("postgres", "create database pgbench template template0");
        PgBench("--initialize", "--init-steps=dtGvp", "--scale", $"{scale}");
        server.Execute("postgres", $"create tablespace side location '{tablespace}'");
        server.Execute("pgbench", string.Create(CultureInfo.InvariantCulture, $"""
            create table positions (id bigint, account int, symbol text, quantity numeric(20,4), updated timestamptz) tablespace side;
            insert into positions select i, i * 7919 % 100000, 'S' || i % 500, i * 1.37, timestamptz '2026-01-01' + i * interval '1 second' from generate_series(1, {scale * 12000}) i;
            create index on positions (account, symbol) tablespace side
            """));
        for (var table = 1; table <= SmallTables; table += 100) Small(table, table + 99, token);
        // So that the pages are not as fresh as a load leaves them.
        PgBench("--no-vacuum", "--client=2", "--jobs=2", $"--transactions={scale * 150}", "--random-seed=42");
        server.Execute("pgbench", "vacuum (freeze, analyze)");
        server.Execute("postgres", "checkpoint");
    }

    private void Small(int first, int last, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        server.Execute("pgbench", string.Create(CultureInfo.InvariantCulture, $"""
            do $$ begin
              for i in {first}..{last} loop
                execute format('create table small_%s (id int primary key, name text, value numeric)', i);
                execute format('insert into small_%s select g, ''row '' || g, g * %s from generate_series(1, %s) g', i, i, 5 + i %% 90);
              end loop;
            end $$
            """).Replace("%%", "%", StringComparison.Ordinal));
    }

    private void PgBench(params string[] arguments) => Shell.Output(programs.Of("pgbench"), ["--host", server.Socket, "--username", "postgres", .. arguments, "pgbench"], new Dictionary<string, string> { ["LC_ALL"] = "C.UTF-8" });
}
