using Tidemark.EndToEnd.Support;

namespace Tidemark.EndToEnd.Standbys;

/// <summary>A primary with logical WAL that asks for a password, and a server for standbys of it, one major later or more.</summary>
public sealed class StandbyServers : IAsyncLifetime
{
    public const string Password = "a 'quoted\\ pass";

    public PostgresServer Primary { get; private set; } = null!;

    public PostgresServer Standby { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Primary = await StandbyPair.StartPrimaryAsync(15, Password);
        Standby = await StandbyPair.StartPrimaryAsync(17);
    }

    public async ValueTask DisposeAsync()
    {
        await Primary.DisposeAsync();
        await Standby.DisposeAsync();
    }
}
