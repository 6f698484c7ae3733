using Npgsql;

namespace TradingBot.Orders;

/// <summary>Matches an order with those that wait: best price first, then the oldest.</summary>
internal sealed class OrderBook(NpgsqlDataSource database)
{
    public async Task<Placed> PlaceAsync(Order order, CancellationToken token)
    {
        await using var connection = await database.OpenConnectionAsync(token);
        await using var transaction = await connection.BeginTransactionAsync(token);
        // One order of a symbol at a time: two that match the same one would both take it.
        await using (var lockSymbol = new NpgsqlCommand("select pg_advisory_xact_lock(hashtextextended($1, 0))", connection) { Parameters = { new() { Value = order.Symbol } } })
            await lockSymbol.ExecuteNonQueryAsync(token);
        var id = await InsertAsync(connection, order, token);
        var (remaining, trades) = (order.Quantity, 0);
        foreach (var (other, price, available) in await OthersAsync(connection, order, token))
        {
            if (remaining == 0) break;
            var quantity = Math.Min(remaining, available);
            await TradeAsync(connection, order, id, other, price, quantity, token);
            (remaining, trades) = (remaining - quantity, trades + 1);
        }
        await transaction.CommitAsync(token);
        return new Placed(id, remaining, trades);
    }

    public async Task<IReadOnlyList<Trade>> TradesAsync(int limit, CancellationToken token)
    {
        await using var command = database.CreateCommand("select id, symbol, price, quantity, traded_at from trades order by id desc limit $1");
        command.Parameters.Add(new() { Value = limit });
        await using var reader = await command.ExecuteReaderAsync(token);
        var trades = new List<Trade>();
        while (await reader.ReadAsync(token)) trades.Add(new Trade(reader.GetInt64(0), reader.GetString(1), reader.GetDecimal(2), reader.GetDecimal(3), reader.GetDateTime(4)));
        return trades;
    }

    private static async Task<long> InsertAsync(NpgsqlConnection connection, Order order, CancellationToken token)
    {
        await using var command = new NpgsqlCommand("insert into orders (account, symbol, side, price, quantity, remaining) values ($1, $2, $3, $4, $5, $5) returning id", connection)
        { Parameters = { new() { Value = order.Account }, new() { Value = order.Symbol }, new() { Value = order.Side }, new() { Value = order.Price }, new() { Value = order.Quantity } } };
        return (long)(await command.ExecuteScalarAsync(token))!;
    }

    private static async Task<List<(long Id, decimal Price, decimal Available)>> OthersAsync(NpgsqlConnection connection, Order order, CancellationToken token)
    {
        var matching = order.Side == "buy" ? "side = 'sell' and price <= $2 order by price, id" : "side = 'buy' and price >= $2 order by price desc, id";
        await using var command = new NpgsqlCommand($"select id, price, remaining from orders where symbol = $1 and remaining > 0 and {matching}", connection)
        { Parameters = { new() { Value = order.Symbol }, new() { Value = order.Price } } };
        await using var reader = await command.ExecuteReaderAsync(token);
        var others = new List<(long, decimal, decimal)>();
        while (await reader.ReadAsync(token)) others.Add((reader.GetInt64(0), reader.GetDecimal(1), reader.GetDecimal(2)));
        return others;
    }

    private static async Task TradeAsync(NpgsqlConnection connection, Order order, long id, long other, decimal price, decimal quantity, CancellationToken token)
    {
        await using var command = new NpgsqlCommand("""
            with traded as (insert into trades (buy_order, sell_order, symbol, price, quantity) values ($1, $2, $3, $4, $5))
            update orders set remaining = remaining - $5 where id in ($1, $2)
            """, connection)
        { Parameters = { new() { Value = order.Side == "buy" ? id : other }, new() { Value = order.Side == "buy" ? other : id }, new() { Value = order.Symbol }, new() { Value = price }, new() { Value = quantity } } };
        await command.ExecuteNonQueryAsync(token);
    }
}
