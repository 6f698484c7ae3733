namespace Tidemark.Storage;

/// <summary>What stands behind the '?' of <c>s3://bucket/prefix?storage-class=STANDARD_IA&amp;sse=AES256&amp;lock=30d&amp;path-style=false</c>.</summary>
internal sealed record BucketOptions
{
    public static readonly BucketOptions None = new();

    /// <summary>Such as STANDARD_IA; null: the bucket's own.</summary>
    public string? StorageClass { get; init; }

    /// <summary>AES256 or aws:kms; null: as the bucket does by itself.</summary>
    public string? ServerSideEncryption { get; init; }

    /// <summary>Put on every object; null: what the bucket does by itself.</summary>
    public ObjectLock? Lock { get; init; }

    /// <summary>http://server/bucket instead of http://bucket.server; null: with an endpoint of one's own.</summary>
    public bool? PathStyle { get; init; }

    /// <exception cref="FormatException">With the reason, fit to be shown.</exception>
    public static BucketOptions Parse(string query)
    {
        var said = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in query.Split('&'))
        {
            if (part.Split('=', 2) is not [var name, { Length: > 0 } value]) throw new FormatException($"options read ?name=value&name=value, not '{part}'");
            if (!said.TryAdd(name, value)) throw new FormatException($"{name} is said twice");
        }
        if (said.Keys.FirstOrDefault(name => name is not ("storage-class" or "sse" or "lock" or "lock-mode" or "path-style")) is { } unknown)
            throw new FormatException($"there is no option {unknown}; there are storage-class, sse, lock, lock-mode and path-style");
        return new BucketOptions
        {
            StorageClass = said.GetValueOrDefault("storage-class") is not { } kind ? null
                : kind.All(letter => char.IsAsciiLetterUpper(letter) || char.IsAsciiDigit(letter) || letter == '_') ? kind : throw new FormatException("storage-class reads as the store names it, such as STANDARD_IA"),
            ServerSideEncryption = said.GetValueOrDefault("sse") is var sse && sse is null or "AES256" or "aws:kms" ? sse : throw new FormatException("sse is AES256 or aws:kms"),
            Lock = LockOf(said.GetValueOrDefault("lock"), said.GetValueOrDefault("lock-mode")),
            PathStyle = said.GetValueOrDefault("path-style") switch
            {
                null => null,
                "true" => true,
                "false" => false,
                _ => throw new FormatException("path-style is true or false"),
            },
        };
    }

    /// <summary>With its '?', as it is read back; empty when nothing was said.</summary>
    public override string ToString()
    {
        (string Name, string? Value)[] all =
        [
            ("storage-class", StorageClass),
            ("sse", ServerSideEncryption),
            ("lock", Lock?.For.ToString()),
            ("lock-mode", Lock is { Mode: ObjectLockMode.Compliance } ? "compliance" : null),
            ("path-style", PathStyle switch { null => null, true => "true", false => "false" }),
        ];
        var said = all.Where(option => option.Value is not null).Select(option => $"{option.Name}={option.Value}").ToList();
        return said.Count == 0 ? "" : "?" + string.Join('&', said);
    }

    private static ObjectLock? LockOf(string? text, string? mode)
    {
        if (text is null) return mode is null ? null : throw new FormatException("lock-mode says nothing without lock");
        if (!Duration.TryParse(text, out var span) || span.Span <= TimeSpan.Zero || span.Span > TimeSpan.FromDays(36_500)) throw new FormatException("lock is a whole number and one of s, m, h, d, such as 30d");
        return new ObjectLock(span, mode switch
        {
            null or "governance" => ObjectLockMode.Governance,
            "compliance" => ObjectLockMode.Compliance,
            _ => throw new FormatException("lock-mode is governance or compliance"),
        });
    }
}
