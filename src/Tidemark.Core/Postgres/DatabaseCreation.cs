using System.Globalization;

namespace Tidemark.Postgres;

/// <summary>CREATE DATABASE with another database's encoding and locale, from template0: template1 may hold objects that collide.</summary>
internal static class DatabaseCreation
{
    public static string Statement(string database, DatabaseFacts? like, ServerVersion server)
    {
        var sql = $"create database {SqlText.Identifier(database)} template template0";
        if (like is null) return sql;
        sql += $" encoding {SqlText.Literal(like.Encoding)} lc_collate {SqlText.Literal(like.Collate)} lc_ctype {SqlText.Literal(like.Ctype)}";
        if (server.Major < 15) return sql;
        sql += $" locale_provider {(like.Provider is "icu" or "builtin" ? like.Provider : "libc")}";
        if (like.Locale is not null) sql += (like.Provider == "builtin" ? " builtin_locale " : " icu_locale ") + SqlText.Literal(like.Locale);
        if (like.IcuRules is not null && server.Major >= 16) sql += " icu_rules " + SqlText.Literal(like.IcuRules);
        return sql;
    }

    /// <summary>A free name for a database that comes from another: <c>app_restored_20261122021500</c>, with <c>_2</c> when that is taken.</summary>
    public static string FreeName(string database, string word, DateTimeOffset now, IReadOnlySet<string> taken)
    {
        var suffix = string.Create(CultureInfo.InvariantCulture, $"_{word}_{now.UtcDateTime:yyyyMMddHHmmss}");
        var name = DerivedName(database, suffix);
        for (var number = 2; taken.Contains(name); number++) name = DerivedName(database, string.Create(CultureInfo.InvariantCulture, $"{suffix}_{number}"));
        return name;
    }

    /// <summary>A name derived from another, cut so that it and its suffix fit into PostgreSQL's 63 bytes.</summary>
    public static string DerivedName(string database, string suffix)
    {
        var room = 63 - System.Text.Encoding.UTF8.GetByteCount(suffix);
        var stem = database;
        while (System.Text.Encoding.UTF8.GetByteCount(stem) > room) stem = stem[..^(char.IsLowSurrogate(stem[^1]) ? 2 : 1)];
        return stem + suffix;
    }
}
