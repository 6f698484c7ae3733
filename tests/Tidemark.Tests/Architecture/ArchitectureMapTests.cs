namespace Tidemark.Tests.Architecture;

public sealed class ArchitectureMapTests
{
    private static readonly ArchitectureMap Map = ArchitectureMap.Parse(Checkout.Read("docs/architecture.md"));

    [Fact]
    public void Every_room_is_on_the_map_and_every_row_is_a_room()
    {
        var rooms = Checkout.Sources.Where(file => file.Folder.StartsWith("src/Tidemark.Core/", StringComparison.Ordinal)).Select(file => file.Folder["src/Tidemark.Core/".Length..]).Distinct();
        Assert.Equal(rooms.Order(StringComparer.Ordinal), Map.Rooms.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void No_room_uses_itself_through_others() => Assert.All(Map.Rooms, room => Assert.DoesNotContain(room, Map.MayUse(room)));

    [Fact]
    public void Every_file_uses_only_what_the_map_allows_and_lives_in_the_namespace_of_its_folder() =>
        Assert.Empty(Checkout.Sources.Where(file => file.Folder.StartsWith("src/Tidemark.Core", StringComparison.Ordinal)).SelectMany(Map.Violations));

    [Theory]
    [InlineData("src/Tidemark.Core/Files/A.cs", "using Tidemark.Dumps;\nnamespace Tidemark.Files;", "uses Dumps")]
    [InlineData("src/Tidemark.Core/Dumps/A.cs", "namespace Tidemark.Dumps;\nvar x = Tidemark.Restores.RestoreMode.Swap;", "uses Restores")]
    [InlineData("src/Tidemark.Core/Files/A.cs", "using Tidemark.Dumps.Plain;\nnamespace Tidemark.Files;", "uses Dumps/Plain")]
    [InlineData("src/Tidemark.Core/Dumps/Plain/A.cs", "using Tidemark.Files;\nnamespace Tidemark.Dumps.Plain;", "uses Files")]
    [InlineData("src/Tidemark.Core/Fault.cs", "using Tidemark.Files;\nnamespace Tidemark;", "uses Files")]
    [InlineData("src/Tidemark.Core/Files/A.cs", "namespace Tidemark.Dumps;", "namespace is not Tidemark.Files")]
    public void A_wrong_arrow_is_seen(string path, string text, string found) => Assert.Contains(Map.Violations(new SourceFile(path, text)), violation => violation.Contains(found, StringComparison.Ordinal));

    [Fact]
    public void A_circle_on_the_map_is_seen()
    {
        var circle = ArchitectureMap.Parse("| room | says | may use |\n|---|---|---|\n| `A` | | `B` |\n| `B` | | `A` |\n");
        Assert.Contains("A → B → A", Assert.Throws<InvalidOperationException>(() => circle.MayUse("A")).Message, StringComparison.Ordinal);
    }
}
