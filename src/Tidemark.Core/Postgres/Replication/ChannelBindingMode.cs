namespace Tidemark.Postgres.Replication;

/// <summary>Whether the password's proof is tied to the server's certificate, so that nobody in between can pass it on.</summary>
internal enum ChannelBindingMode
{
    Disable,
    Prefer,
    Require,
}
