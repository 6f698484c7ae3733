using Tidemark.Dumps;
using Tidemark.Processes;

namespace Tidemark.Restores;

/// <summary>Why a part of a dump is not restored as asked. Pure.</summary>
internal static class PartRefusals
{
    public static IEnumerable<Fault> Of(RestoreOptions options, StoredForm form, RestoreFacts facts)
    {
        if (options.Part is not { } part) yield break;
        var (source, target) = (ShellWord.Quote(options.Source.Id), facts.TargetName);
        if (options.Mode == RestoreMode.Swap)
            yield return new Fault(FaultCode.Usage, "a part of a dump cannot be swapped in")
            {
                Where = $"--swap with {part}",
                Why = $"\"{options.Address.Database}\" would be replaced by a database that lacks everything else",
                Next = "leave out --swap: the part comes into a new database beside, and can be copied from there",
            };
        if (form != StoredForm.Archive)
            yield return new Fault(FaultCode.Refused, "a part can be taken out of a custom dump only; this one is plain SQL")
            {
                Where = options.Source.Path,
                Why = "plain SQL does not say what belongs to a table",
                Next = $"tidemark restore {source}, then copy from the new database: pg_dump {Selection(part)} \"$COPY_URL\" | psql \"$DATABASE_URL\"",
            };
        if (part.Content == PartContent.SchemaOnly && options.Mode == RestoreMode.InPlace)
            yield return new Fault(FaultCode.Refused, "definitions only, in place, would drop the tables with their rows and make them empty") { Where = $"database \"{target}\"", Next = "leave out --in-place: they come into a new database" };
        if (part.Content == PartContent.DataOnly && facts.Target is null && options.Mode != RestoreMode.InPlace)
            yield return new Fault(FaultCode.Usage, "rows alone need tables that are there already") { Where = $"database \"{target}\" does not exist yet", Next = "leave out --data-only, or name the database that has the tables: --to-database NAME or --in-place" };
        if (facts.FilledTables.Count > 0)
            yield return new Fault(FaultCode.Refused, "tables that rows should come into are not empty")
            {
                Where = $"database \"{target}\": {string.Join(", ", facts.FilledTables)}",
                Why = "the dump's rows would be added to those that are there",
                Next = $"if their rows may go, in database \"{target}\": TRUNCATE {string.Join(", ", facts.FilledTables)};",
            };
    }

    private static string Selection(RestorePart part) => string.Join(' ',
    [
        .. part.Schemas.Select(schema => $"--schema={ShellWord.Quote(new TableRows("", TableName.Unquoted(schema), 0).ToString())}"),
        .. part.Tables.Select(TableName.Parse).Select(table => $"--table={ShellWord.Quote(new TableRows(table.Schema ?? "", table.Table, 0).ToString())}"),
        .. part.Content switch { PartContent.SchemaOnly => ["--schema-only"], PartContent.DataOnly => ["--data-only"], _ => (string[])[] },
    ]);
}
