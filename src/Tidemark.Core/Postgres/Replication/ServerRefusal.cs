namespace Tidemark.Postgres.Replication;

/// <summary>The server's own words: an ErrorResponse. It is the inner exception of the <see cref="Fault"/> that callers see, for those who must tell one from another.</summary>
internal sealed class ServerRefusal(string severity, string sqlState, string message, string? detail, string? hint) : Exception(message)
{
    public string SqlState { get; } = sqlState;

    public string? Detail { get; } = detail;

    public string? Hint { get; } = hint;

    /// <summary>The server closes the connection after it.</summary>
    public bool EndsSession { get; } = severity is "FATAL" or "PANIC";

    /// <summary>Message and detail; what PostgreSQL says to do about it is in <see cref="Hint"/>.</summary>
    public string InOneLine => Detail is null ? Message : $"{Message} ({Detail})";

    public static ServerRefusal Read(MessageFields fields)
    {
        string? severity = null, local = null, state = null, message = null, detail = null, hint = null;
        for (byte kind; (kind = fields.Byte()) != 0;)
        {
            var text = fields.Text();
            switch ((char)kind)
            {
                case 'S': local = text; break;
                case 'V': severity = text; break;
                case 'C': state = text; break;
                case 'M': message = text; break;
                case 'D': detail = text; break;
                case 'H': hint = text; break;
            }
        }
        return new ServerRefusal(severity ?? local ?? "ERROR", state ?? "XX000", message ?? "the server gave no reason", detail, hint);
    }
}
