namespace Tidemark.Postgres.Replication;

internal enum WalMessageKind
{
    Bytes,

    /// <summary>The server lives.</summary>
    Keepalive,

    /// <summary>The timeline ends here; <see cref="ReplicationStream.Next"/> says how it goes on, and the connection takes commands again.</summary>
    End,
}
