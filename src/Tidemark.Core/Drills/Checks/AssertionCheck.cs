using Npgsql;
using Tidemark.Postgres;

namespace Tidemark.Drills.Checks;

/// <summary>Asks one of the user's questions.</summary>
internal static class AssertionCheck
{
    /// <param name="connection">To the restored database.</param>
    /// <param name="assertion">The question.</param>
    /// <param name="token">Cancels.</param>
    public static async Task<DrillCheck> RunAsync(NpgsqlConnection connection, DrillAssertion assertion, CancellationToken token)
    {
        var name = $"assertion \"{assertion.Name}\"";
        await using var transaction = await connection.BeginTransactionAsync(token);
        try
        {
            await connection.ExecuteAsync("set transaction read only", token);
            // As text, whatever type it has; the line break ends a comment of theirs.
            var answer = await connection.ScalarAsync<string?>($"select ({assertion.Sql.TrimEnd().TrimEnd(';')}\n)::text", token);
            return assertion.Holds(answer) ? DrillCheck.Passed(name, assertion.Expected, answer ?? "null")
                : DrillCheck.Failed(name, assertion.Expected, answer ?? "null", $"expected {assertion.Expected}, got {answer ?? "null"}");
        }
        catch (PostgresException wrong)
        {
            return DrillCheck.Failed(name, assertion.Expected, "an error", $"{wrong.MessageText} ({wrong.SqlState})");
        }
    }
}
