namespace Tidemark.Postgres.Replication;

/// <summary>What the address says about proving who we are, and who the server is.</summary>
/// <param name="User">The role.</param>
/// <param name="Password">Null: none is known.</param>
/// <param name="Binding">libpq's channel_binding.</param>
/// <param name="RequireAuth">libpq's require_auth: names of methods, or such that are forbidden; null: all may be.</param>
internal sealed record AuthenticationRules(string User, string? Password, ChannelBindingMode Binding, string? RequireAuth)
{
    /// <remarks>The host is named as in a pass file.</remarks>
    /// <exception cref="Fault">6: channel_binding is none of libpq's words.</exception>
    public static AuthenticationRules Of(DatabaseAddress address, string host, int port) => new(
        address.User,
        // pg_receivewal asks pass files for a database of this name.
        address.Password ?? PassFile.Find(address, host, port, "replication") ?? PassFile.Find(address, host, port, address.Database),
        address.Keyword("channel_binding") switch
        {
            null or "prefer" => ChannelBindingMode.Prefer,
            "require" => ChannelBindingMode.Require,
            "disable" => ChannelBindingMode.Disable,
            _ => throw AddressFault.Of("channel_binding must be one of disable, prefer, require"),
        },
        address.Keyword("require_auth"));

    public bool Allows(string method)
    {
        if (RequireAuth is null) return true;
        var words = RequireAuth.Split(',', StringSplitOptions.TrimEntries);
        return words.All(word => word.StartsWith('!')) ? !words.Contains($"!{method}") : words.Contains(method);
    }
}
