using Npgsql;
using Tidemark.Processes;

namespace Tidemark.Cli.Output;

/// <summary>What the server or the file system refused in a place where nobody expected it, told as a Fault all the same.</summary>
internal static class OutsideFault
{
    // What .NET puts into HResult of a failed write: Linux's ENOSPC and EDQUOT.
    private const int NoSpace = 28, OverQuota = 122;

    private const string Left = "what was not finished counts neither as a backup nor as a restored database; the next start removes it and tells";

    /// <summary>Null for what is neither.</summary>
    /// <param name="failed">What was thrown.</param>
    /// <param name="again">The command line that failed.</param>
    public static Fault? Of(Exception failed, string again) => failed switch
    {
        PostgresException refused => OfServer(refused, again),
        NpgsqlException broken => new Fault(FaultCode.Unreachable, "the connection to the server broke", broken) { Why = broken.InnerException?.Message ?? broken.Message, Left = Left, Next = $"when the server can be reached: {again}" },
        IOException { HResult: NoSpace or OverQuota } full => new Fault(FaultCode.DiskFull, "the disk or the quota is full", full) { Why = full.Message, Left = Left, Next = $"df -h; df -i; {again} # when there is room" },
        IOException or UnauthorizedAccessException => new Fault(FaultCode.Store, "a file or folder could not be used", failed) { Where = PathIn(failed.Message), Why = failed.Message, Left = Left, Next = $"{(PathIn(failed.Message) is { } path ? $"ls -ld {ShellWord.Quote(path)}; " : "")}{again} # when this user may read and write there" },
        _ => null,
    };

    /// <summary>The path that .NET names in its message, between quotes.</summary>
    private static string? PathIn(string message) =>
        message.IndexOf('\'', StringComparison.Ordinal) is >= 0 and var from && message.LastIndexOf('\'') is var to && to > from + 1 ? message[(from + 1)..to] : null;

    private static Fault OfServer(PostgresException refused, string again)
    {
        var (code, what, next) = refused.SqlState switch
        {
            PostgresErrorCodes.InsufficientPrivilege => (FaultCode.AccessDenied, "the role may not do this", $"GRANT the role what the server names above, then: {again}"),
            PostgresErrorCodes.DiskFull => (FaultCode.DiskFull, "the server's disk is full", $"make room on the server, then: {again}"),
            PostgresErrorCodes.TooManyConnections => (FaultCode.Unreachable, "the server has no connection left", $"end sessions that nobody needs, then: {again}"),
            PostgresErrorCodes.QueryCanceled => (FaultCode.Failed, "somebody cancelled the statement", again),
            PostgresErrorCodes.ReadOnlySqlTransaction => (FaultCode.Failed, "the server takes no writes", $"name the primary in DATABASE_URL, not a standby, then: {again}"),
            PostgresErrorCodes.InvalidCatalogName => (FaultCode.Unreachable, "the database does not exist on the server", $"check the database name, then: {again}"),
            var state when Is(state, "28") => (FaultCode.AccessDenied, "the server refused the role", $"check the role and password in DATABASE_URL, and the server's pg_hba.conf, then: {again}"),
            var state when Is(state, "08") || Is(state, "57") => (FaultCode.Unreachable, "the server ended the connection", $"when it accepts connections again: {again}"),
            var state when Is(state, "53") => (FaultCode.Failed, "the server is short of a resource", $"see the server's log, give it what it lacks, then: {again}"),
            var state when Is(state, "40") || Is(state, "55") => (FaultCode.Failed, "another session stood in the way", again),
            _ => (FaultCode.Failed, "the server refused a statement", $"see the server's log for the statement; when its cause is mended: {again}"),
        };
        return new Fault(code, what, refused) { Why = $"{refused.MessageText} ({refused.SqlState}){(refused.Detail is null ? "" : $": {refused.Detail}")}", Left = Left, Next = next };
    }

    private static bool Is(string sqlState, string ofClass) => sqlState.StartsWith(ofClass, StringComparison.Ordinal);
}
