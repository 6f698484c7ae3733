namespace Tidemark.BaseBackups;

/// <summary>By whose rules a database sorts its text: on a machine with other rules, indexes over text are wrong until they are built again.</summary>
/// <param name="Database">Its name.</param>
/// <param name="Provider">libc, icu or builtin.</param>
/// <param name="Locale">As the provider names it.</param>
/// <param name="Version">Of the rules when the database was made or last refreshed, before 15 when the backup was taken; null: it has none.</param>
internal sealed record DatabaseCollation(string Database, string Provider, string Locale, string? Version);
