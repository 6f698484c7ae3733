using Tidemark.Bench.Machine;

namespace Tidemark.Bench;

/// <summary>What is raced: the published native file, and one set of PostgreSQL programs for both sides.</summary>
/// <param name="Repository">The folder of the solution.</param>
/// <param name="Tidemark">The native file, built when it was missing or stale.</param>
/// <param name="Postgres">The folder of server and clients.</param>
internal sealed record BenchPrograms(string Repository, string Tidemark, string Postgres)
{
    /// <param name="major">Of PostgreSQL.</param>
    /// <param name="tidemark">A native file to race instead of the one of this tree; null: that, built when it is stale.</param>
    public static BenchPrograms Find(int major, string? tidemark = null)
    {
        var repository = FindRepository();
        var publish = Path.Combine(repository, "build", "publish");
        if (tidemark is null) Shell.Output(publish, []);
        else if (!File.Exists(tidemark)) throw new BenchFailure($"{tidemark} is not there");
        var postgres = Shell.Output(Path.Combine(repository, "build", "postgres"), ["bin", $"{major}"]).Trim();
        if (!File.Exists(Path.Combine(postgres, "pg_dump"))) throw new BenchFailure($"PostgreSQL {major} comes without clients here; take --postgres 13, 15, 17 or 18");
        return new BenchPrograms(repository, tidemark ?? Shell.Output(publish, ["--where"]).Trim(), postgres);
    }

    public string Of(string name) => Path.Combine(Postgres, name);

    private static string FindRepository()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
            if (File.Exists(Path.Combine(folder, "Tidemark.slnx"))) return folder;
        throw new BenchFailure("the repository of this program was not found above it");
    }
}
