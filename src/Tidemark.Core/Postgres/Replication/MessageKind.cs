namespace Tidemark.Postgres.Replication;

/// <summary>First bytes of messages, as PostgreSQL's page "Message Formats" names them. What we and the server both send has one name.</summary>
internal static class MessageKind
{
    public const byte Authentication = (byte)'R';
    public const byte BackendKeyData = (byte)'K';
    public const byte ParameterStatus = (byte)'S';
    public const byte ReadyForQuery = (byte)'Z';
    public const byte Error = (byte)'E';
    public const byte Notice = (byte)'N';
    public const byte RowDescription = (byte)'T';
    public const byte DataRow = (byte)'D';
    public const byte CommandComplete = (byte)'C';
    public const byte EmptyQuery = (byte)'I';
    public const byte CopyIn = (byte)'G';
    public const byte CopyOut = (byte)'H';
    public const byte CopyBoth = (byte)'W';
    public const byte CopyData = (byte)'d';
    public const byte CopyDone = (byte)'c';
    public const byte CopyFail = (byte)'f';
    public const byte Query = (byte)'Q';
    public const byte Password = (byte)'p';
    public const byte Terminate = (byte)'X';
}
