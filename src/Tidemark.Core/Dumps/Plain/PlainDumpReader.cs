namespace Tidemark.Dumps.Plain;

/// <summary>Reads a plain SQL dump in one pass, in bounded memory, and says what is in it.</summary>
/// <remarks>
/// 1. The text is cut into statements as psql cuts it. 2. Each is read by its first word. 3. What follows COPY … FROM stdin; up to the line \. is counted by line.
/// Fed with any bytes it throws nothing: what it cannot follow stands in <see cref="PlainDumpSummary.Forbidden"/> or <see cref="PlainDumpSummary.OpenEnd"/>.
/// </remarks>
/// <param name="onTable">Told when a table's data begins and when it ends; consecutive INSERTs into one table count as one.</param>
internal sealed partial class PlainDumpReader(Action<PlainDumpEvent>? onTable = null)
{
    private const int Piece = 64 * 1024;

    /// <summary>pg_dump writes two; memory stays bounded whatever a file says.</summary>
    private const int MostRestrictions = 20;
    private readonly SqlLexer _lexer = new();
    private readonly CopyData _copy = new();
    private readonly OpeningBytes _opening = new();
    private readonly DumpComments _comments = new();
    private readonly TableTally _tables = new(onTable);
    private readonly NamedRoles _roles = new();
    private readonly OrderedNames _extensions = new();
    private readonly ForbiddenStatements _forbidden = new();
    private readonly List<TextRange> _restrictions = [];
    private long _bytes;
    private long _statements;

    /// <summary>The verdict on what was read so far; 4 KiB are enough to refuse most foreign files.</summary>
    public bool LooksLikeSql => _opening.LookLikeSql;

    /// <summary>Takes the next bytes, cut anywhere.</summary>
    public void Read(ReadOnlySpan<byte> bytes)
    {
        // The bytes are searched several times over: pieces that stay in the processor's cache.
        for (; bytes.Length > Piece; bytes = bytes[Piece..])
            ReadPiece(bytes[..Piece]);
        ReadPiece(bytes);
    }

    private void ReadPiece(ReadOnlySpan<byte> bytes)
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

    /// <summary>What was in it, if the text ends here. May be called at any time; the table that is open is told as ended only when it has ended.</summary>
    public PlainDumpSummary Complete()
    {
        var (comments, forbidden) = (_comments.Copy(), _forbidden);
        var openEnd = OpenEnd();
        List<TextRange> notForPsql = [.. _opening.ByteOrderMark, .. _restrictions];
        switch (_lexer.LastLine(out var text))
        {
            case SqlPart.CommentLine:
                comments.Read(text);
                break;
            case SqlPart.PsqlCommand when OutsideReach.OfPsqlCommand(text, _lexer.CommandInStatement) is { } why:
                forbidden = _forbidden.Copy();
                forbidden.Add(_lexer.LineAt([], 0), text, why);
                comments.GoesOn();
                break;
            case SqlPart.PsqlCommand:
                // \unrestrict and its key need no newline.
                openEnd = null;
                notForPsql.Add(new TextRange(_bytes - text.Length, text.Length));
                break;
        }
        var tables = _tables.Tables(_copy.IsOpen && _copyCounts ? _copy.Rows : 0);
        return new()
        {
            Tables = tables,
            TablesWithoutData = _made.Without(tables),
            TrailerSeen = comments.TrailerSeen,
            OpenEnd = openEnd,
            IsClusterDump = comments.IsClusterDump,
            LooksLikeSql = LooksLikeSql,
            Forbidden = forbidden.Kept,
            ForbiddenCount = forbidden.Count,
            NotForPsql = notForPsql,
            Statements = _statements,
            // A dump of data alone opens large objects without creating them; a whole one does both.
            LargeObjects = Math.Max(_largeObjectsCreated, _largeObjectsOpened),
            Bytes = _bytes,
            DumpedByVersion = comments.DumpedByVersion,
            DumpedFromVersion = comments.DumpedFromVersion,
            Roles = _roles.Names,
            Extensions = _extensions.Names,
            Objects = comments.Objects,
        };
    }

    private string? OpenEnd() => _copy.IsOpen ? $"inside COPY data of {_copyName} ({_copy.Rows} rows so far)"
        : _copyAnnounced ? $"before the COPY data of {_copyName}"
        : _lexer.OpenEnd();

    private void Part(SqlPart part, ReadOnlySpan<byte> chunk, int end)
    {
        if (part == SqlPart.None)
            return;
        var text = _lexer.Text(chunk, end, part);
        if (part == SqlPart.CommentLine)
        {
            // pg_dump writes one before and after the INSERTs of each table.
            _tables.End();
            _comments.Read(text);
        }
        else if (part == SqlPart.Statement)
            Statement(text, chunk);
        else if (OutsideReach.OfPsqlCommand(text, _lexer.CommandInStatement) is { } why)
            Forbid(_lexer.LineAt(chunk, end), text, why);
        else if (_restrictions.Count == MostRestrictions)
            Forbid(_lexer.LineAt(chunk, end), text, "pg_dump restricts psql once");
        else
            _restrictions.Add(new TextRange(_bytes - chunk.Length + end - text.Length, text.Length));
    }

    private void Forbid(long line, ReadOnlySpan<byte> text, string why)
    {
        _comments.GoesOn();
        _forbidden.Add(line, text, why);
    }
}
