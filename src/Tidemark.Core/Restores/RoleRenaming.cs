using System.Text;
using Tidemark.Dumps;
using Tidemark.Postgres;
using Tidemark.Processes;

namespace Tidemark.Restores;

/// <summary>Why roles are not renamed as asked, and what stays as it is although they are. Pure.</summary>
internal static class RoleRenaming
{
    /// <param name="options">What is asked for.</param>
    /// <param name="form">What the file is.</param>
    /// <param name="archive">What it says of roles; null where nothing is renamed or nothing can be.</param>
    /// <param name="facts">What the server says.</param>
    public static IEnumerable<Fault> Refusals(RestoreOptions options, StoredForm form, ArchiveRoles? archive, RestoreFacts facts)
    {
        if (options.RenamedRoles is not { Count: > 0 } renamed) yield break;
        if (form != StoredForm.Archive)
            yield return new Fault(FaultCode.Refused, "roles can be mapped in a custom dump only; this one is plain SQL")
            {
                Where = options.Source.Path,
                Why = "a script may name a role anywhere",
                Next = $"tidemark restore {ShellWord.Quote(options.Source.Handle)} --create-roles, then in the new database: REASSIGN OWNED BY {SqlText.Identifier(renamed[0].From)} TO {SqlText.Identifier(renamed[0].To)};",
            };
        foreach (var role in renamed.Where(role => !facts.Roles.Contains(role.To)))
            yield return Unknown($"the server has no role \"{role.To}\"", role, NearNames.Of(role.To, facts.Roles), $"CREATE ROLE {SqlText.Identifier(role.To)}; (or map to one that is there)");
        if (archive is null) yield break;
        var named = Named(archive, options.Source.Manifest?.DatabaseFacts);
        foreach (var role in renamed.Where(role => !named.Contains(role.From)))
            yield return Unknown($"the dump names no role \"{role.From}\"", role, NearNames.Of(role.From, named), "map a role that the dump names");
        if (archive.Unknown.Count > 0)
            yield return new Fault(FaultCode.Refused, "the dump names a role in a way that cannot be rewritten for sure") { Where = options.Source.Path, Why = string.Join(", ", archive.Unknown.Take(5)), Next = "leave out --map-role and use --create-roles, or --no-owner" };
        if (!archive.IsUtf8 && renamed.FirstOrDefault(role => !Ascii.IsValid(role.From) || !Ascii.IsValid(role.To)) is { } odd)
            yield return new Fault(FaultCode.Refused, "the dump is not in UTF-8: only roles whose names are in ASCII can be mapped") { Where = $"--map-role {odd.From}={odd.To}", Next = "leave out --map-role and use --create-roles, or --no-owner" };
    }

    public static IEnumerable<string> Warnings(ArchiveRoles? archive)
    {
        if (archive is { Mentions: { Count: > 0 } mentions })
            yield return $"a mapped role's name stands in a string, which stays as it is, in: {string.Join(", ", mentions.Take(10))}{(mentions.Count > 10 ? $" and {mentions.Count - 10} more" : "")}";
    }

    private static HashSet<string> Named(ArchiveRoles archive, DatabaseFacts? database)
    {
        var named = archive.Names.ToHashSet(StringComparer.Ordinal);
        if (database is null) return named;
        named.Add(database.Owner);
        named.UnionWith((database.Grants ?? []).Select(grant => grant.Grantee).Concat(database.Settings.Select(setting => setting.Role)).OfType<string>());
        return named;
    }

    private static Fault Unknown(string what, RenamedRole role, IReadOnlyList<string> near, string next) => new(FaultCode.NotFound, what)
    {
        Where = $"--map-role {role.From}={role.To}",
        Why = near.Count == 0 ? "names are exact, letter case included" : $"names are exact, letter case included; near ones: {string.Join(", ", near)}",
        Next = next,
    };
}
