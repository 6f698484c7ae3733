namespace Tidemark.EndToEnd.Support;

/// <summary>The PostgreSQL programs that build/postgres laid into the cache.</summary>
internal static class PostgresPrograms
{
    public static int[] AllMajors { get; } = [13, 14, 15, 16, 17, 18];

    /// <summary>The folder of server and clients of a major; the test is skipped, with the reason, when it was not laid.</summary>
    public static string Folder(int major)
    {
        if (!IsLaid(major))
        {
            Assert.Skip($"PostgreSQL {major} is not in {Workshop.Cache}: build/postgres lay {major}");
        }

        return FolderOf(major);
    }

    /// <summary>A folder with pg_dump and the other clients: of this major, or of the next one that has them (14 and 16 have none).</summary>
    public static string Clients(int major)
    {
        var own = AllMajors.Where(candidate => candidate >= major).FirstOrDefault(candidate => File.Exists(Path.Combine(FolderOf(candidate), "pg_dump")));
        if (own == 0)
        {
            Assert.Skip($"no pg_dump of PostgreSQL {major} or later is in {Workshop.Cache}: build/postgres lay 18");
        }

        return FolderOf(own);
    }

    public static bool IsLaid(int major) => File.Exists(Path.Combine(FolderOf(major), "postgres"));

    private static string FolderOf(int major) => Path.Combine(Workshop.Cache, "postgresql", $"{major}", "bin");
}
