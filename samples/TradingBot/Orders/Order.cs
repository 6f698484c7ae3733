namespace TradingBot.Orders;

/// <summary>An order as it is placed.</summary>
/// <param name="Account">Whose.</param>
/// <param name="Symbol">Such as BTC-EUR.</param>
/// <param name="Side">buy or sell.</param>
/// <param name="Price">The worst that is taken.</param>
/// <param name="Quantity">Above zero.</param>
internal sealed record Order(string Account, string Symbol, string Side, decimal Price, decimal Quantity);

/// <summary>What became of it at once.</summary>
/// <param name="Id">Of the order.</param>
/// <param name="Remaining">What waits in the book.</param>
/// <param name="Trades">How many were made.</param>
internal sealed record Placed(long Id, decimal Remaining, int Trades);

internal sealed record Trade(long Id, string Symbol, decimal Price, decimal Quantity, DateTime TradedAt);
