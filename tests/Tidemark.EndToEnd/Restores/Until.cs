namespace Tidemark.EndToEnd.Restores;

/// <summary>Waits for a fact.</summary>
internal static class Until
{
    public static async Task TrueAsync(Func<Task<bool>> fact)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!await fact())
        {
            await Task.Delay(20, patience.Token);
        }
    }
}
