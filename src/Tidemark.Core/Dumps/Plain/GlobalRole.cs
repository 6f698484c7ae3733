namespace Tidemark.Dumps.Plain;

/// <summary>What a globals file says of one role. Values stand as SQL, quoted as they were.</summary>
internal sealed record GlobalRole(string Name)
{
    /// <summary>Only what a bare role has not: <c>LOGIN</c>, <c>NOINHERIT</c>, <c>CONNECTION LIMIT 5</c>, <c>PASSWORD '…'</c>, …</summary>
    public IReadOnlyList<string> Attributes { get; init; } = [];

    /// <summary>Settings for every database: <c>work_mem TO '64MB'</c>.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>A literal; null for none.</summary>
    public string? Comment { get; init; }

    /// <summary>How many statements about it are of a kind that is not read (security labels).</summary>
    public int Unread { get; init; }
}

/// <summary><c>GRANT role TO member</c>.</summary>
/// <param name="Role">The role whose rights are given.</param>
/// <param name="Member">Who gets them.</param>
/// <param name="Admin">WITH ADMIN OPTION.</param>
/// <param name="Inherit">What the file says (16 and later); null where it says nothing.</param>
/// <param name="Set">The same.</param>
/// <param name="Grantor">Null where the file says nothing.</param>
internal sealed record GlobalMembership(string Role, string Member, bool Admin, bool? Inherit, bool? Set, string? Grantor);
