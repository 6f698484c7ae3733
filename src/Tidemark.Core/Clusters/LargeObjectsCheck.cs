using Tidemark.Postgres;

namespace Tidemark.Clusters;

/// <summary>Whether the role may read every large object: pg_read_all_data does not say so.</summary>
internal static class LargeObjectsCheck
{
    private const int FewEnough = 10;

    // has_largeobject_privilege came with 18: this is how the server itself judges, in every version.
    private const string Query = """
        select m.oid::text from pg_largeobject_metadata m
         where current_setting('is_superuser') = 'off' and current_setting('lo_compat_privileges') = 'off' and not pg_has_role(m.lomowner, 'usage')
           and not exists (select from aclexplode(m.lomacl) a where a.privilege_type = 'SELECT' and (a.grantee = 0 or pg_has_role(a.grantee, 'usage')))
         order by m.oid
        """;

    private static readonly CheckSubject Subject = new("large-objects", "read every large object", FaultCode.AccessDenied);

    public static Task<Check> LookAsync(ProbedServer? server, CancellationToken token) => Subject.LookAsync(server, async connected =>
        Judge(await connected.Connection.ColumnAsync(Query, token), connected.Role));

    public static Check Judge(IReadOnlyList<string> unreadable, string role) => unreadable.Count == 0 ? Subject.Ok($"role \"{role}\" may read all")
        : Subject.Fail($"role \"{role}\" may not read {unreadable.Count}, the first are {string.Join(", ", unreadable.Take(FewEnough))}: pg_dump would stop there",
            unreadable.Count <= FewEnough ? $"GRANT SELECT ON LARGE OBJECT {string.Join(", ", unreadable)} TO {SqlText.Identifier(role)};"
            : $"DO $$ DECLARE o oid; BEGIN FOR o IN SELECT oid FROM pg_largeobject_metadata LOOP EXECUTE format('GRANT SELECT ON LARGE OBJECT %s TO %I', o, {SqlText.Literal(role).Trim()}); END LOOP; END $$;");
}
