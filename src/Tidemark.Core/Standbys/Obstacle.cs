namespace Tidemark.Standbys;

/// <summary>Something that keeps a standby from being made.</summary>
/// <param name="Side">primary or standby.</param>
/// <param name="What">In a sentence.</param>
/// <param name="Remedy">Something to type.</param>
internal sealed record Obstacle(string Side, string What, string Remedy)
{
    public static Obstacle OnPrimary(string what, string remedy) => new("primary", what, remedy);

    public static Obstacle OnStandby(string what, string remedy) => new("standby", what, remedy);

    public override string ToString() => $"{Side}: {What}; {Remedy}";
}
