using Npgsql;
using Tidemark.Postgres;

namespace Tidemark.Clusters;

/// <summary>The server and database that are looked at, once connected.</summary>
/// <param name="Connection">Ours; the checks ask by it one after another.</param>
/// <param name="Address">The database.</param>
/// <param name="Version">The server's.</param>
/// <param name="Facts">The database's.</param>
/// <param name="Role">Whom the server takes us for.</param>
/// <param name="Superuser">Whether that role may do all.</param>
internal sealed record ProbedServer(NpgsqlConnection Connection, DatabaseAddress Address, ServerVersion Version, DatabaseFacts Facts, string Role, bool Superuser) : IAsyncDisposable
{
    /// <summary>The role, as SQL wants it written.</summary>
    public string QuotedRole => SqlText.Identifier(Role);

    public ValueTask DisposeAsync() => Connection.DisposeAsync();
}
