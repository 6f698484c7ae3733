namespace Tidemark.Dumps.Plain;

/// <summary>Each statement, by its first word.</summary>
internal sealed partial class PlainDumpReader
{
    private readonly MadeTables _made = new();
    private long _largeObjectsCreated;
    private long _largeObjectsOpened;

    private void Statement(ReadOnlySpan<byte> text, ReadOnlySpan<byte> chunk)
    {
        _statements++;
        _comments.GoesOn();
        if (_lexer.Shape.ValuesSeen)
        {
            // DEFAULT VALUES has no list and brings one row.
            _tables.Insert(text, Math.Max(1, _lexer.Shape.ValueLists));
            return;
        }
        _tables.End();
        var rest = new SqlTokens(text);
        var verb = rest.Next();
        if (verb.Is("select"u8))
        {
            LargeObject(rest);
            return;
        }
        if (verb.Is("copy"u8))
        {
            Copy(text, CopyStatement.Read(rest), chunk);
            return;
        }
        if (OutsideReach.Of(verb, rest) is { } why)
            Forbid(_lexer.StatementLine(chunk), text, why);
        _roles.Read(verb, rest);
        _made.Read(verb, rest);
        Extension(verb, rest);
        Strings(verb, rest);
    }

    private void LargeObject(SqlTokens rest)
    {
        if (!rest.Take("pg_catalog"u8) || !rest.Take("."u8))
            return;
        var function = rest.Next();
        if (function.Is("lo_create"u8))
            _largeObjectsCreated++;
        else if (function.Is("lo_open"u8))
            _largeObjectsOpened++;
    }

    private void Extension(SqlToken verb, SqlTokens rest)
    {
        if (!verb.Is("create"u8) || !rest.Take("extension"u8))
            return;
        if (rest.Take("if"u8) && rest.Take("not"u8))
            rest.Take("exists"u8);
        _extensions.Add(rest.Next().Value());
    }

    /// <summary>SET or RESET of standard_conforming_strings decides how the strings that follow are read.</summary>
    private void Strings(SqlToken verb, SqlTokens rest)
    {
        if (verb.Is("reset"u8) && (rest.Take("standard_conforming_strings"u8) || rest.Take("all"u8)))
            _lexer.StandardStrings = true;
        if (!verb.Is("set"u8))
            return;
        _ = rest.Take("session"u8) || rest.Take("local"u8);
        if (!rest.Take("standard_conforming_strings"u8) || !(rest.Take("="u8) || rest.Take("to"u8)))
            return;
        // The server takes any beginning of these words.
        var value = rest.Next().Value().ToLowerInvariant();
        _lexer.StandardStrings = value is not ("0" or "of" or "off" or "n" or "no" or "f" or "fa" or "fal" or "fals" or "false");
    }
}
