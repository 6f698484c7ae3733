namespace Tidemark.Wal;

/// <param name="Name">Of the file.</param>
/// <param name="WasThere">Every store had it before.</param>
/// <param name="Ahead">How many other segments were stored with it.</param>
internal sealed record WalPushReport(WalFileName Name, bool WasThere, int Ahead);
