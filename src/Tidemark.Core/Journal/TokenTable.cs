using Microsoft.Data.Sqlite;

namespace Tidemark.Journal;

/// <summary>The tokens of the service. A revoked one stays, so that what it did can be told later.</summary>
internal sealed class TokenTable(SqliteConnection connection)
{
    /// <summary>The version of the journal that brought them.</summary>
    public const int Since = 7;

    private const int ConstraintBroken = 19;

    /// <summary>False: another one has this name.</summary>
    public bool TryAdd(TokenRow token)
    {
        try
        {
            return Guarded(() => connection.Execute("insert into tokens (id, name, hash, role, also, created_at, expires_at) values ($id, $name, $hash, $role, $also, $created, $expires)",
                ("$id", token.Id), ("$name", token.Name), ("$hash", token.Hash), ("$role", token.Role), ("$also", string.Join(',', token.Also)), ("$created", JournalSql.Text(token.CreatedAt)),
                ("$expires", token.ExpiresAt is { } at ? JournalSql.Text(at) : null))) > 0;
        }
        catch (Fault broken) when (broken.InnerException is SqliteException { SqliteErrorCode: ConstraintBroken })
        {
            return false;
        }
    }

    public void Used(string id, DateTimeOffset now) => Guarded(() => connection.Execute("update tokens set last_used_at = $at where id = $id", ("$id", id), ("$at", JournalSql.Text(now))));

    /// <summary>False: it was revoked before, or there is none.</summary>
    public bool Revoke(string id, DateTimeOffset now) => Guarded(() => connection.Execute("update tokens set revoked_at = $at where id = $id and revoked_at is null", ("$id", id), ("$at", JournalSql.Text(now)))) > 0;

    public IReadOnlyList<TokenRow> All() => Guarded(() => Read(connection));

    public static List<TokenRow> Read(SqliteConnection connection) => connection.Read("select id, name, hash, role, also, created_at, expires_at, last_used_at, revoked_at from tokens order by created_at, rowid", row => new TokenRow
    {
        Id = row.GetString(0),
        Name = row.GetString(1),
        Hash = row.GetString(2),
        Role = row.GetString(3),
        Also = row.GetString(4).Split(',', StringSplitOptions.RemoveEmptyEntries),
        CreatedAt = row.Time(5),
        ExpiresAt = row.TimeOrNull(6),
        LastUsedAt = row.TimeOrNull(7),
        RevokedAt = row.TimeOrNull(8),
    });

    private T Guarded<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (SqliteException unusable)
        {
            throw JournalFault.Of(unusable, connection.DataSource);
        }
    }
}
