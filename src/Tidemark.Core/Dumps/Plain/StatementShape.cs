using System.Text;

namespace Tidemark.Dumps.Plain;

/// <summary>What decides where a statement ends (source: psqlscan.l), and how many rows an INSERT brings.</summary>
internal sealed class StatementShape
{
    // psql's rule: the first four words of CREATE [OR REPLACE] {FUNCTION|PROCEDURE}, each by its first letter.
    private const uint CreateFunction = 'c' | ('f' << 8), CreateProcedure = 'c' | ('p' << 8), CreateOrReplace = 'c' | ('o' << 8) | ('r' << 16);
    private const uint CreateOrReplaceFunction = CreateOrReplace | ((uint)'f' << 24), CreateOrReplaceProcedure = CreateOrReplace | ((uint)'p' << 24);
    private uint _opening;
    private int _words;
    private int _parentheses;
    private int _begins;
    private bool _routine;
    private bool _insert;
    private bool _countsRows;

    /// <summary>A semicolon here ends the statement.</summary>
    public bool MayEnd => (_parentheses | _begins) == 0;

    /// <summary>False where words change nothing: most of all in the lists of an INSERT.</summary>
    public bool WordsMatter => _words < 4 || (_parentheses == 0 && (_insert || _routine));

    /// <summary>The word VALUES of an INSERT has been passed.</summary>
    public bool ValuesSeen { get; private set; }

    /// <summary>Value lists after VALUES.</summary>
    public long ValueLists { get; private set; }

    public void Begin()
    {
        (_opening, _words, _parentheses, _begins, ValueLists) = (0, 0, 0, 0, 0);
        _routine = _insert = _countsRows = ValuesSeen = false;
    }

    public void Open()
    {
        if (_parentheses++ == 0 && _countsRows)
            ValueLists++;
    }

    public void Close() => _parentheses = Math.Max(0, _parentheses - 1);

    public void Word(ReadOnlySpan<byte> word)
    {
        if (_words < 4)
            OpeningWord(word);
        else if (_insert)
            InsertWord(word);
        else if (_routine)
            RoutineWord(word);
    }

    private void OpeningWord(ReadOnlySpan<byte> word)
    {
        if (_words == 0)
            _insert = Is(word, "insert"u8);
        else if (_insert)
            InsertWord(word);
        if (Is(word, "create"u8) || Is(word, "or"u8) || Is(word, "replace"u8) || Is(word, "function"u8) || Is(word, "procedure"u8))
            _opening |= (uint)(word[0] | 0x20) << (8 * _words);
        _words++;
        _routine = (_opening & 0xFFFF) is CreateFunction or CreateProcedure || _opening is CreateOrReplaceFunction or CreateOrReplaceProcedure;
        if (_routine)
            RoutineWord(word);
    }

    private void InsertWord(ReadOnlySpan<byte> word)
    {
        // A word behind the lists (ON CONFLICT, RETURNING) ends them.
        if (_parentheses > 0)
            return;
        _countsRows = !ValuesSeen && Is(word, "values"u8);
        ValuesSeen |= _countsRows;
    }

    private void RoutineWord(ReadOnlySpan<byte> word)
    {
        if (_parentheses > 0)
            return;
        if (Is(word, "begin"u8) || (_begins > 0 && Is(word, "case"u8)))
            _begins++;
        else if (_begins > 0 && Is(word, "end"u8))
            _begins--;
    }

    private static bool Is(ReadOnlySpan<byte> word, ReadOnlySpan<byte> keyword) => word.Length == keyword.Length && Ascii.EqualsIgnoreCase(word, keyword);
}
