namespace Tidemark.Postgres.Replication;

/// <summary>libpq's sslmode, from the weakest to the strongest.</summary>
internal enum TlsMode
{
    Disable,
    Allow,
    Prefer,
    Require,
    VerifyCa,
    VerifyFull,
}
