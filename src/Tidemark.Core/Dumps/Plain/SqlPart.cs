namespace Tidemark.Dumps.Plain;

/// <summary>What <see cref="SqlLexer"/> has come to the end of.</summary>
internal enum SqlPart
{
    /// <summary>Nothing: the chunk is used up.</summary>
    None,

    /// <summary>A statement, at its semicolon.</summary>
    Statement,

    /// <summary>A comment that has a line of its own between statements.</summary>
    CommentLine,

    /// <summary>A backslash outside quotes, and the rest of its line.</summary>
    PsqlCommand,
}
