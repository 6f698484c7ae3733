namespace Tidemark.Dumps;

/// <summary>Reads a plain SQL dump in one pass, in bounded memory, and says what is in it.</summary>
/// <remarks>
/// 1. The text is cut into statements as psql cuts it. 2. Each is read by its first word. 3. What follows COPY … FROM stdin; up to the line \. is counted by line.
/// Fed with any bytes it throws nothing: what it cannot follow stands in <see cref="PlainDumpSummary.Forbidden"/> or <see cref="PlainDumpSummary.OpenEnd"/>.
/// </remarks>
/// <param name="onTable">Told when a table's data begins and when it ends; consecutive INSERTs into one table count as one.</param>
internal sealed partial class PlainDumpReader(Action<PlainDumpEvent>? onTable = null)
{
    private readonly SqlLexer _lexer = new();
    private readonly CopyData _copy = new();
    private readonly OpeningBytes _opening = new();
    private readonly DumpComments _comments = new();
    private readonly TableTally _tables = new(onTable);
    private readonly NamedRoles _roles = new();
    private readonly OrderedNames _extensions = new();
    private readonly ForbiddenStatements _forbidden = new();
    private long _bytes;
    private long _statements;

    /// <summary>The verdict on what was read so far; 4 KiB are enough to refuse most foreign files.</summary>
    public bool LooksLikeSql => _opening.LookLikeSql;

    public void Read(ReadOnlySpan<byte> bytes)
    {
        _opening.Read(bytes);
        _bytes += bytes.Length;
        for (var at = 0; at < bytes.Length;)
        {
            if (_copy.IsOpen)
            {
                at = CopyRows(bytes, at);
                continue;
            }
            if (_copyAnnounced)
            {
                at = RestOfCopyLine(bytes, at);
                continue;
            }
            at = _lexer.Read(bytes, at, out var part);
            Part(part, bytes, at);
        }
        _lexer.Passed(bytes);
    }

    /// <summary>To be called once, after the last byte.</summary>
    public PlainDumpSummary Complete()
    {
        var openEnd = _copy.IsOpen ? $"inside COPY data of {_copyName} ({_copy.Rows} rows so far)"
            : _copyAnnounced ? $"before the COPY data of {_copyName}"
            : _lexer.OpenEnd();
        Part(_lexer.LastLine(), [], 0);
        if (_copy.IsOpen)
            EndCopy();
        _tables.End();
        return new()
        {
            Tables = _tables.Tables,
            TrailerSeen = _comments.TrailerSeen,
            OpenEnd = openEnd,
            IsClusterDump = _comments.IsClusterDump,
            LooksLikeSql = LooksLikeSql,
            Forbidden = _forbidden.Kept,
            ForbiddenCount = _forbidden.Count,
            Statements = _statements,
            // A dump of data alone opens large objects without creating them; a whole one does both.
            LargeObjects = Math.Max(_largeObjectsCreated, _largeObjectsOpened),
            Bytes = _bytes,
            DumpedByVersion = _comments.DumpedByVersion,
            DumpedFromVersion = _comments.DumpedFromVersion,
            Roles = _roles.Names,
            Extensions = _extensions.Names,
        };
    }

    private void Part(SqlPart part, ReadOnlySpan<byte> chunk, int end)
    {
        if (part == SqlPart.None)
            return;
        var text = _lexer.Text(chunk, end, part);
        if (part == SqlPart.CommentLine)
            _comments.Read(text);
        else if (part == SqlPart.Statement)
            Statement(text, chunk);
        else if (OutsideReach.OfPsqlCommand(text, _lexer.CommandInStatement) is { } why)
            Forbid(_lexer.LineAt(chunk, end), text, why);
    }

    private void Forbid(long line, ReadOnlySpan<byte> text, string why)
    {
        _comments.GoesOn();
        _forbidden.Add(line, text, why);
    }
}
