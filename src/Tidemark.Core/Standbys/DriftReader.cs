using Npgsql;
using Tidemark.Postgres;
using Tidemark.Processes;

namespace Tidemark.Standbys;

/// <summary>Compares the schemas of both sides.</summary>
internal sealed class DriftReader(StandbyRecord record, StandbySides sides, PostgresBinaries binaries)
{
    public async Task<SchemaDrift> ReadAsync(NpgsqlConnection primary, NpgsqlConnection standby, CancellationToken token)
    {
        var facts = await PrimaryFacts.ReadAsync(primary, token);
        var (here, there) = (await SchemaObject.ReadAsync(primary, token), await SchemaObject.ReadAsync(standby, token));
        var travelling = await primary.ColumnAsync($"select format('%I.%I', nspname, relname) from pg_publication_rel r join pg_publication p on p.oid = prpubid join pg_class c on c.oid = prrelid join pg_namespace n on n.oid = relnamespace where pubname = {SqlText.Literal(record.Object)}", token);
        var published = await primary.ColumnAsync($"select format('%I.%I', schemaname, tablename) from pg_publication_tables where pubname = {SqlText.Literal(record.Object)}", token);
        var followed = await standby.ColumnAsync($"select format('%I.%I', nspname, relname) from pg_subscription_rel r join pg_subscription s on s.oid = srsubid join pg_class c on c.oid = srrelid join pg_namespace n on n.oid = relnamespace where subname = {SqlText.Literal(record.Object)}", token);
        var absent = here.Where(one => one is { Kind: "table", Create: "" }).Select(one => one.Name).Except(there.Where(one => one.Kind == "table").Select(one => one.Name)).ToList();
        var made = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var table in absent) made[table] = await DumpAsync(table, new ServerVersion(facts.Version), token);
        return SchemaDrift.Of(SqlText.Identifier(record.Object), here, there, facts.Tables, travelling.ToHashSet(StringComparer.Ordinal), [.. published.Except(followed)], table => made[table]);
    }

    /// <summary>With all that belongs to it.</summary>
    private async Task<string> DumpAsync(string table, ServerVersion server, CancellationToken token)
    {
        var tools = (await binaries.ChooseForDumpAsync(server, token)).Tools;
        // A pattern of pg_dump's reads a quoted name as SQL does.
        var result = await ChildProcess.CaptureAsync(new ChildCommand(tools.PgDump, ["--schema-only", "--no-publications", "--no-tablespaces", "--no-password", $"--table={table}", $"--dbname={sides.Primary.ToConninfo()}"]) { Environment = sides.Primary.ChildEnvironment() }, token);
        if (result.ExitCode != 0) return $"-- pg_dump could not tell how table {table} is made: {result.ErrorText.ReplaceLineEndings(" ")}";
        // What prepares a session for a whole dump, and psql's own commands, are of no use in a script of statements.
        return string.Join('\n', result.Output.Split('\n').Where(line => line.Length > 0 && !line.StartsWith("--", StringComparison.Ordinal) && !line.StartsWith('\\') && !line.StartsWith("SET ", StringComparison.Ordinal) && !line.StartsWith("SELECT pg_catalog.set_config", StringComparison.Ordinal)));
    }
}
