using Tidemark.Cli.Demo;

namespace Tidemark.Tests.Demo;

public sealed class ContentProofTests
{
    private static readonly TableContent Orders = new("orders", 3, "aa"), Trades = new("trades", 2, "bb");

    [Fact]
    public void Equal_contents_are_a_proof() => Assert.True(Holds([Orders, Trades], [Trades, Orders]));

    [Fact]
    public void A_missing_table_is_no_proof() => Assert.False(Holds([Orders, Trades], [Orders]));

    [Fact]
    public void A_table_too_many_is_no_proof() => Assert.False(Holds([Orders], [Orders, Trades]));

    [Fact]
    public void Another_hash_is_no_proof() => Assert.False(Holds([Orders], [Orders with { Hash = "ab" }]));

    [Fact]
    public void Another_number_of_rows_is_no_proof() => Assert.False(Holds([Orders], [Orders with { Rows = 4 }]));

    [Fact]
    public void Nothing_compared_is_no_proof() => Assert.False(Holds([], []));

    private static bool Holds(IReadOnlyList<TableContent> then, IReadOnlyList<TableContent> now) => ContentProof.Holds(ContentProof.Compare(then, now));
}
