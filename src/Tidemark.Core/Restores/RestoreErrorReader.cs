using System.Text.RegularExpressions;

namespace Tidemark.Restores;

/// <summary>Finds the errors in what pg_restore (13 to 18) and psql (VERBOSITY=verbose, ECHO=errors) write to standard error.</summary>
internal sealed partial class RestoreErrorReader
{
    private const int Kept = 1000;
    private readonly List<RestoreError> errors = [];
    private string? sqlState, message;
    private bool doubtful;

    /// <summary>How many there were; only the first thousand are kept.</summary>
    public int Count { get; private set; }

    /// <summary>The connection was lost or the program itself failed: what it did not get to is not known.</summary>
    public string? Broken { get; private set; }

    /// <summary>pg_restore counted the errors it went past, which it does last of all.</summary>
    public bool WentToTheEnd { get; private set; }

    public void Line(string line)
    {
        if (PsqlMessage().Match(line) is { Success: true } psql)
        {
            End(null);
            // A server that speaks another language translates ERROR and NOTICE alike; what follows tells them apart.
            doubtful = psql.Groups["severity"].Value != "ERROR";
            (sqlState, message) = (psql.Groups["state"].Value, psql.Groups["message"].Value);
        }
        else if (RestoreExecute().Match(line) is { Success: true } execute)
        {
            End(null);
            message = execute.Groups["message"].Value;
            // pg_restore goes on without a connection, and reports each statement that then fails.
            if (NoConnection().IsMatch(message)) Broken ??= message;
        }
        else if (RestoreCopy().Match(line) is { Success: true })
        {
            End(null);
            message = line;
            End(null);
        }
        else if (Statement().Match(line) is { Success: true } statement && message is not null)
        {
            doubtful = false;
            End(statement.Groups["text"].Value);
        }
        else if (line.StartsWith("pg_restore: warning: errors ignored on restore:", StringComparison.Ordinal))
        {
            WentToTheEnd = true;
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
        if (message is not null && !doubtful)
        {
            Count++;
            if (errors.Count < Kept) errors.Add(new RestoreError(sqlState, message, statement));
        }
        (sqlState, message, doubtful) = (null, null, false);
    }

    [GeneratedRegex(@"^psql:<stdin>:\d+: (?<severity>[^:]+):  (?<state>[0-9A-Z]{5}): (?<message>.*)$")]
    private static partial Regex PsqlMessage();

    [GeneratedRegex(@"^pg_restore: error: could not execute query: (?:ERROR:  )?(?<message>.*)$")]
    private static partial Regex RestoreExecute();

    [GeneratedRegex("^(?:server closed the connection|no connection to the server|FATAL:|PANIC:|could not (?:send|receive) data)")]
    private static partial Regex NoConnection();

    [GeneratedRegex(@"^pg_restore: error: (?:COPY failed for table|error returned by PQ(?:putCopyData|putCopyEnd|endcopy))")]
    private static partial Regex RestoreCopy();

    [GeneratedRegex(@"^(?:Command was: |psql:<stdin>:\d+: STATEMENT:  )(?<text>.*)$")]
    private static partial Regex Statement();

    // Only what the program itself says, at the beginning of its line: the text of a statement may hold any words.
    [GeneratedRegex(@"^(?:psql:<stdin>:\d+: )?(?:server closed the connection|connection to server was lost|error: )|^psql: (?:error|fatal): |^psql:<stdin>:\d+: (?:FATAL|PANIC):  |^pg_restore: error: (?!could not execute|COPY failed|error returned)")]
    private static partial Regex Fatal();
}
