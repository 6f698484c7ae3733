using Npgsql;

namespace TradingBot;

/// <summary>The one setting that the bot and its backups share: postgresql://user:password@host:port/database.</summary>
internal static class DatabaseUrl
{
    public static NpgsqlDataSource Open(string url)
    {
        var uri = new Uri(url);
        var user = uri.UserInfo.Split(':', 2);
        return NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder
        {
            Host = uri.Host,
            Port = uri.Port > 0 ? uri.Port : 5432,
            Username = Uri.UnescapeDataString(user[0]),
            Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null,
            Database = Uri.UnescapeDataString(uri.AbsolutePath.TrimStart('/')),
        }.ConnectionString);
    }
}
