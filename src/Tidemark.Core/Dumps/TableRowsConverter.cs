using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tidemark.Dumps;

/// <summary>Reads and writes the rows per table by hand: they are most of a manifest, and <c>list</c> reads every manifest there is.</summary>
internal sealed class TableRowsConverter : JsonConverter<IReadOnlyList<TableRows>>
{
    private static readonly TableRows Nothing = new("", "", 0);

    /// <summary>Of the manifest that was read before: backups of one database name the same tables, and names that are there need not be made anew.</summary>
    private volatile IReadOnlyList<TableRows> before = [];

    public override IReadOnlyList<TableRows> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray) throw new JsonException("rows is no list");
        var known = before;
        var tables = new List<TableRows>(known.Count);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            tables.Add(One(ref reader, tables.Count < known.Count ? known[tables.Count] : Nothing));
        before = tables;
        return tables;
    }

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<TableRows> value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var table in value)
        {
            writer.WriteStartObject();
            writer.WriteString("schema"u8, table.Schema);
            writer.WriteString("table"u8, table.Table);
            writer.WriteNumber("rows"u8, table.Rows);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    /// <param name="reader">At the start of an object.</param>
    /// <param name="like">The table that it most likely is.</param>
    private static TableRows One(ref Utf8JsonReader reader, TableRows like)
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException("a place in rows is no object");
        var (schema, table, rows) = ((string?)null, (string?)null, (long?)null);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("schema"u8)) schema = Name(ref reader, like.Schema);
            else if (reader.ValueTextEquals("table"u8)) table = Name(ref reader, like.Table);
            else if (reader.ValueTextEquals("rows"u8)) rows = reader.Read() ? reader.GetInt64() : null;
            else reader.Skip();
        }
        return schema is null || table is null || rows is null ? throw new JsonException("a table in rows lacks schema, table or rows") : new TableRows(schema, table, rows.Value);
    }

    private static string? Name(ref Utf8JsonReader reader, string like) =>
        reader.Read() && reader.TokenType == JsonTokenType.String && reader.ValueTextEquals(like) ? like : reader.GetString();
}
