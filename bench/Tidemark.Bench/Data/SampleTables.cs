using System.Globalization;
using System.Text;

namespace Tidemark.Bench.Data;

/// <summary>A trading application's tables: three quarters of the bytes in rows as pgbench's (mostly blanks, which zlib passes fast), the rest numbers, JSON and long texts.</summary>
/// <remarks>Easy data makes pg_dump fast, and what we add to it visible: bytes that zlib finds hard would hide it.</remarks>
internal static class SampleTables
{
    private static readonly DateTime FirstDay = new(2024, 1, 2, 8, 0, 0, DateTimeKind.Utc);
    private static readonly string[] Venues = ["XETR", "XNAS", "XNYS", "XLON", "XPAR", "BATS"];
    private static readonly string[] Kinds = ["order.placed", "order.filled", "order.cancelled", "login", "limit.changed", "statement.sent"];

    public static SampleTable[] All { get; } =
    [
        new("accounts", "aid bigint, bid int, holder text, balance numeric(18,2), opened date, reference uuid, filler char(84)",
            "alter table accounts add primary key (aid)", 140_000, Account),
        new("trades", "id bigint, aid bigint, symbol text, side \"char\", quantity numeric(18,4), price numeric(18,6), fee numeric(12,4), venue text, order_ref uuid, executed_at timestamptz",
            "alter table trades add primary key (id), add foreign key (aid) references accounts; create index on trades (symbol, executed_at)", 20_000, Trade),
        new("events", "id bigint, at timestamptz, kind text, payload jsonb",
            "alter table events add primary key (id); create index on events (at)", 6_000, Event),
        new("documents", "id bigint, title text, body text, tags text[]",
            "alter table documents add primary key (id)", 700, Document),
    ];

    private static void Account(StringBuilder line, Chance chance, long id) => line
        .Append(id).Append('\t').Append(chance.Below(200)).Append('\t').Say(chance, 2).Append('\t')
        .Decimal(chance.Below(90_000_000), 2).Append('\t').Append(Moment(chance.Below(700) * 86_400_000_000)[..10]).Append('\t')
        .Append(Uuid(chance)).Append("\t \n");

    private static void Trade(StringBuilder line, Chance chance, long id)
    {
        var symbol = chance.Skewed(800);
        line.Append(id).Append('\t').Append(1 + chance.Below(140_000)).Append('\t').Append("SYM").Append(symbol).Append('\t').Append(chance.Below(2) == 0 ? 'B' : 'S').Append('\t')
            .Decimal(10_000 * (1 + chance.Below(500)), 4).Append('\t').Decimal((1_000_000 * (5 + symbol)) + chance.Below(900_000), 6).Append('\t').Decimal(chance.Below(250_000), 4).Append('\t')
            .Append(chance.Of(Venues)).Append('\t').Append(Uuid(chance)).Append('\t').Append(Moment((id * 1_700_000) + chance.Below(1_000_000))).Append('\n');
    }

    private static void Event(StringBuilder line, Chance chance, long id)
    {
        line.Append(id).Append('\t').Append(Moment((id * 3_100_000) + chance.Below(1_000_000))).Append('\t').Append(chance.Of(Kinds)).Append('\t')
            .Append("{\"session\": \"").Append(Uuid(chance)).Append("\", \"account\": ").Append(chance.Below(1_000_000)).Append(", \"amount\": ").Decimal(chance.Below(9_000_000), 2)
            .Append(", \"client\": {\"version\": \"4.").Append(chance.Below(30)).Append("\", \"address\": \"10.").Append(chance.Below(256)).Append('.').Append(chance.Below(256)).Append('.').Append(chance.Below(256))
            .Append("\"}, \"note\": \"").Say(chance, 4 + (int)chance.Below(12)).Append("\", \"retry\": ").Append(chance.Below(9) == 0 ? "true" : "false").Append("}\n");
    }

    private static void Document(StringBuilder line, Chance chance, long id)
    {
        line.Append(id).Append('\t').Say(chance, 5).Append('\t').Say(chance, 200 + (int)chance.Below(500)).Append("\\n\\n").Say(chance, 40)
            .Append("\t{").Append(Words.One(chance)).Append(',').Append(Words.One(chance)).Append("}\n");
    }

    private static StringBuilder Decimal(this StringBuilder text, long units, int places)
    {
        var digits = units.ToString(CultureInfo.InvariantCulture).PadLeft(places + 1, '0');
        return text.Append(digits, 0, digits.Length - places).Append('.').Append(digits, digits.Length - places, places);
    }

    private static string Moment(long microseconds) => FirstDay.AddTicks(microseconds * 10).ToString("yyyy-MM-dd HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    private static string Uuid(Chance chance) => $"{chance.Next():x16}{chance.Next():x16}";
}
