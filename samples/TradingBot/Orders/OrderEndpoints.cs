using Microsoft.AspNetCore.Http.HttpResults;

namespace TradingBot.Orders;

internal static class OrderEndpoints
{
    public static void MapOrders(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/orders", PlaceAsync);
        routes.MapGet("/trades", (OrderBook book, CancellationToken token) => book.TradesAsync(100, token));
    }

    private static async Task<Results<Ok<Placed>, BadRequest<string>>> PlaceAsync(Order order, OrderBook book, CancellationToken token)
    {
        if (order.Side is not ("buy" or "sell")) return TypedResults.BadRequest("side is buy or sell");
        if (order.Price <= 0 || order.Quantity <= 0) return TypedResults.BadRequest("price and quantity are above zero");
        return TypedResults.Ok(await book.PlaceAsync(order, token));
    }
}
