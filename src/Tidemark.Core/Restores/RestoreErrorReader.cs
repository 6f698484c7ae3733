using System.Text.RegularExpressions;

namespace Tidemark.Restores;

/// <summary>Finds the errors in what pg_restore (13 to 18) and psql (VERBOSITY=verbose, ECHO=errors) write to standard error.</summary>
internal sealed partial class RestoreErrorReader
{
    private const int Kept = 1000;
    private readonly List<RestoreError> errors = [];
    private string? sqlState, message;

    /// <summary>How many there were; only the first thousand are kept.</summary>
    public int Count { get; private set; }

    /// <summary>The connection was lost or the program itself failed: what it did not get to is not known.</summary>
    public string? Broken { get; private set; }

    public void Line(string line)
    {
        if (PsqlError().Match(line) is { Success: true } psql)
        {
            End(null);
            (sqlState, message) = (psql.Groups["state"].Value, psql.Groups["message"].Value);
        }
        else if (RestoreExecute().Match(line) is { Success: true } execute)
        {
            End(null);
            message = execute.Groups["message"].Value;
        }
        else if (RestoreCopy().Match(line) is { Success: true })
        {
            End(null);
            message = line;
            End(null);
        }
        else if (Statement().Match(line) is { Success: true } statement && message is not null)
        {
            End(statement.Groups["text"].Value);
        }
        else if (line.StartsWith("CONTEXT:  COPY ", StringComparison.Ordinal) && message is not null)
        {
            End(line["CONTEXT:  ".Length..]);
        }
        else if (Fatal().IsMatch(line))
        {
            Broken ??= line;
        }
    }

    /// <summary>Call after the last line.</summary>
    public IReadOnlyList<RestoreError> Complete()
    {
        End(null);
        return errors;
    }

    private void End(string? statement)
    {
        if (message is null) return;
        Count++;
        if (errors.Count < Kept) errors.Add(new RestoreError(sqlState, message, statement));
        (sqlState, message) = (null, null);
    }

    [GeneratedRegex(@"^psql:.*?: ERROR:  (?<state>[0-9A-Z]{5}): (?<message>.*)$")]
    private static partial Regex PsqlError();

    [GeneratedRegex(@"^pg_restore: (?:error|\[archiver \(db\)\]).*could not execute query: (?<message>.*)$")]
    private static partial Regex RestoreExecute();

    [GeneratedRegex(@"^pg_restore: error: (?:COPY failed for table|error returned by PQ(?:putCopyData|putCopyEnd|endcopy))")]
    private static partial Regex RestoreCopy();

    [GeneratedRegex(@"^(?:Command was: |psql:.*?: STATEMENT:  |STATEMENT:  )(?<text>.*)$")]
    private static partial Regex Statement();

    [GeneratedRegex(@"server closed the connection|connection to server was lost|FATAL:|^pg_restore: error: (?!could not execute|COPY failed|error returned)|connection not open|^psql: error")]
    private static partial Regex Fatal();
}
