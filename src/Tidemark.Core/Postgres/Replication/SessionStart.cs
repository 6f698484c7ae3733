namespace Tidemark.Postgres.Replication;

/// <summary>From the first byte to ReadyForQuery: who we are, what we want, and the proof.</summary>
internal static class SessionStart
{
    private const int LongestKey = 256 + 4;

    /// <returns>What a cancel request must hold: the process's number and its key.</returns>
    /// <exception cref="ServerRefusal">The server does not let us in.</exception>
    public static async Task<byte[]> RunAsync(Wire wire, ServerLink link, CancellationToken token)
    {
        var (address, place) = (link.Target.Address, link.Target.Place);
        var rules = AuthenticationRules.Of(address, link.Target.Name.Length > 0 ? link.Target.Name : place.Host, place.Port);
        await wire.SendAsync(Request.Startup(Parameters(address)), token);
        await new Authentication(wire, rules, link.IsEncrypted, link.CertificateHash).RunAsync(token);
        wire.TrustLength();
        var key = Array.Empty<byte>();
        while (true)
        {
            var message = await wire.ReadAsync(token);
            switch (message.Kind)
            {
                case MessageKind.BackendKeyData when message.Body.Length <= LongestKey:
                    key = message.Body.ToArray();
                    break;
                case MessageKind.ReadyForQuery:
                    return key;
                default:
                    throw ProtocolFault.Unexpected(message, "at the start of a session");
            }
        }
    }

    private static Dictionary<string, string> Parameters(DatabaseAddress address)
    {
        var parameters = new Dictionary<string, string>
        {
            ["user"] = address.User,
            // A walsender has no database and ignores the name; a proxy before it may choose by it.
            ["database"] = address.Database,
            ["replication"] = "true",
            ["application_name"] = address.Keyword("application_name") ?? address.Keyword("fallback_application_name") ?? "tidemark",
            // On 13, which does not report in_hot_standby, transaction_read_only then says the same.
            ["default_transaction_read_only"] = "off",
        };
        if (address.Keyword("options") is { } options) parameters["options"] = options;
        return parameters;
    }
}
