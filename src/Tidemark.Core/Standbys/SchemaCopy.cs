using System.Globalization;
using System.Text;
using Npgsql;
using Tidemark.Files;
using Tidemark.Postgres;
using Tidemark.Processes;

namespace Tidemark.Standbys;

/// <summary>The primary's schema, in two parts: what rows and their changes need, and what is faster made when the rows are there.</summary>
/// <remarks>
/// Primary keys and replica identities belong to the first: the changes of a table that was copied are applied while others are still being copied,
/// and without a key each of them would be a walk through the whole table, or refused. The first part is one transaction: after a kill it is there or not.
/// </remarks>
internal sealed class SchemaCopy : IDisposable
{
    private readonly ScratchFolder folder;
    private readonly ClientTools restore;
    private readonly DatabaseAddress standby;
    private readonly HashSet<(uint Catalog, uint Oid)> keys;

    private SchemaCopy(ScratchFolder folder, ClientTools restore, DatabaseAddress standby, HashSet<(uint, uint)> keys) => (this.folder, this.restore, this.standby, this.keys) = (folder, restore, standby, keys);

    private string Archive => Path.Combine(folder.Path, "schema");

    public static async Task<SchemaCopy> TakeAsync(StandbySides sides, NpgsqlConnection primary, ServerVersion target, PostgresBinaries binaries, TimeProvider clock, CancellationToken token)
    {
        var dump = await binaries.ChooseForDumpAsync(DatabaseConnection.Version(primary), token);
        var restore = await binaries.ChooseForRestoreAsync(target, dump.Tools.Version, token);
        var copy = new SchemaCopy(ScratchFolder.Create(clock), restore.Tools, sides.Standby, await KeysAsync(primary, token));
        try
        {
            await RunAsync(dump.Tools.PgDump, ["--format=custom", "--schema-only", "--no-publications", "--no-subscriptions", $"--exclude-schema={StandbyName.Schema}", $"--file={copy.Archive}"], sides.Primary, token);
            return copy;
        }
        catch
        {
            copy.Dispose();
            throw;
        }
    }

    /// <summary>All or nothing.</summary>
    public async Task LayAsync(CancellationToken token) =>
        await RestoreAsync([.. await ListAsync("pre-data", token), .. (await ListAsync("post-data", token)).Where(IsKey)], ["--single-transaction", "--exit-on-error"], token);

    /// <summary>The rest. What a killed run has made already is passed over.</summary>
    public async Task FinishAsync(CancellationToken token)
    {
        var rest = (await ListAsync("post-data", token)).Where(line => !IsKey(line)).ToList();
        if (rest.Count > 0) await RestoreAsync(rest, [$"--jobs={Math.Clamp(Environment.ProcessorCount, 1, 8)}"], token);
    }

    public void Dispose() => folder.Dispose();

    private bool IsKey(ListLine line) => keys.Contains((line.Catalog, line.Oid));

    private static async Task<HashSet<(uint, uint)>> KeysAsync(NpgsqlConnection primary, CancellationToken token)
    {
        const string sql = """
            select case when c.oid is null then 'pg_class'::regclass else 'pg_constraint'::regclass end::oid || ' ' || coalesce(c.oid, i.indexrelid)
              from pg_index i left join pg_constraint c on c.conindid = i.indexrelid and c.contype in ('p', 'u', 'x') and c.conrelid = i.indrelid
             where (i.indisprimary or i.indisreplident) and i.indexrelid >= 16384
            """;
        return [.. (await primary.ColumnAsync(sql, token)).Select(text => text.Split(' ')).Select(pair => (Number(pair[0]), Number(pair[1])))];
    }

    private async Task<IReadOnlyList<ListLine>> ListAsync(string section, CancellationToken token)
    {
        var output = await RunAsync(restore.PgRestore, ["--list", $"--section={section}", Archive], null, token);
        return [.. output.Split('\n').Where(line => line.Length > 0 && line[0] != ';').Select(ListLine.Parse)];
    }

    private async Task RestoreAsync(IReadOnlyList<ListLine> lines, IReadOnlyList<string> how, CancellationToken token)
    {
        var list = Path.Combine(folder.Path, "list");
        var text = new StringBuilder();
        foreach (var line in lines) text.Append(CultureInfo.InvariantCulture, $"{line.Id};\n");
        DurableFile.WriteWhole(list, Encoding.ASCII.GetBytes(text.ToString()), replace: true);
        await RunAsync(restore.PgRestore, ["--no-tablespaces", $"--use-list={list}", .. how, Archive], standby, token);
    }

    /// <param name="program">Of PostgreSQL's.</param>
    /// <param name="arguments">All but the connection.</param>
    /// <param name="database">Null: it needs none.</param>
    /// <param name="token">Ends it.</param>
    private static async Task<string> RunAsync(string program, IReadOnlyList<string> arguments, DatabaseAddress? database, CancellationToken token)
    {
        var errors = new List<string>();
        var command = database is null ? new ChildCommand(program, arguments) : new ChildCommand(program, ["--no-password", $"--dbname={database.ToConninfo()}", .. arguments]) { Environment = database.ChildEnvironment() };
        await using var child = ChildProcess.Start(command, errors.Add);
        await using var stop = token.Register(child.Kill);
        child.Input.Close();
        using var reader = new StreamReader(child.Output);
        var output = await reader.ReadToEndAsync(token);
        var exit = await child.WaitAsync(token);
        token.ThrowIfCancellationRequested();
        if (exit == 0) return output;
        var real = errors.Where(line => line.Contains("error: ", StringComparison.Ordinal) && !IsThere(line)).ToList();
        // pg_restore counts what it went past; when all of that was there already, all is well.
        if (real.Count == 0 && errors.Exists(IsThere) && errors.Exists(line => line.Contains("errors ignored on restore", StringComparison.Ordinal))) return output;
        throw new Fault(FaultCode.Failed, $"{command.Name} failed on the schema") { Where = database?.ToString(), Why = real.Count > 0 ? string.Join("; ", real.Take(5)) : child.ErrorText, Left = "what was made so far is noted", Next = "mend the cause, then the same command again; or tidemark standby drop" };
    }

    private static bool IsThere(string line) => line.Contains("already exists", StringComparison.Ordinal) || line.Contains("is already a partition", StringComparison.Ordinal) || line.Contains("already attached", StringComparison.Ordinal);

    private static uint Number(string text) => uint.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>A line of <c>pg_restore --list</c>: <c>215; 1259 16400 TABLE public orders app</c>.</summary>
    private readonly record struct ListLine(uint Id, uint Catalog, uint Oid)
    {
        public static ListLine Parse(string line)
        {
            var words = line.Split([';', ' '], 4, StringSplitOptions.RemoveEmptyEntries);
            return new ListLine(Number(words[0]), Number(words[1]), Number(words[2]));
        }
    }
}
