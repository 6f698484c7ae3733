using Tidemark.Configuration;
using Tidemark.Dumps;
using Tidemark.Postgres;
using Tidemark.Restores;

namespace Tidemark.Tests.Restores;

public sealed class PartlyDoneTests
{
    private static readonly DumpEntry Foreign = new() { Id = "0123456789ab", Store = DumpStore.OfFolder("/x"), Key = "my dump.sql", IsOutside = true, Size = 1, State = DumpState.Foreign, Time = DateTimeOffset.UnixEpoch };

    private static readonly RestoreOptions Swapping = new()
    {
        Source = Foreign,
        Address = DatabaseAddress.Parse("postgresql://me@host/shop", new Dictionary<string, string>(), "me"),
        Mode = RestoreMode.Swap,
        ProjectRoot = "/x",
        Hooks = new HookOptions(null, null, null, null),
    };

    [Theory]
    [InlineData("", "role \"gone\" does not exist", false, "tidemark restore '/x/my dump.sql' --swap --no-owner")]
    [InlineData("", "role \"gone\" does not exist", true, "tidemark restore '/x/my dump.sql' --no-owner --swap # when what is missing is there")]
    [InlineData("CREATE EXTENSION postgis;", "could not open extension control file", false, "tidemark restore '/x/my dump.sql' --swap # when what is missing is there")]
    public void Only_what_no_owner_settles_is_answered_with_it_and_a_foreign_file_is_named_by_its_path(string statement, string message, bool noOwner, string next)
    {
        var missing = ClassifiedError.Of(new RestoreError(message.StartsWith("role", StringComparison.Ordinal) ? "42704" : "58P01", message, statement), noOwner: false).ToString();
        Assert.Equal(next, PartlyDone.Next(Swapping with { NoOwner = noOwner }, [missing]));
    }

    [Fact]
    public void Roles_that_a_manifest_names_are_made_and_those_that_making_did_not_settle_are_left_out()
    {
        var ours = Swapping with { Mode = RestoreMode.Beside, Source = Foreign with { Key = "x", IsOutside = false, Manifest = RestorePlannerTests.Manifest(["gone"]) } };
        Assert.Equal("tidemark restore 0123456789ab --create-roles", PartlyDone.Next(ours, [RestoreError.RoleMissing]));
        Assert.Equal("tidemark restore 0123456789ab --no-owner", PartlyDone.Next(ours with { CreateRoles = true }, [RestoreError.RoleMissing]));
        var part = new RestorePart(["of mine"], ["a.t"], PartContent.DataOnly);
        Assert.Equal("tidemark restore 0123456789ab --schema 'of mine' --table a.t --data-only --create-roles # when what is missing is there", PartlyDone.Next(ours with { CreateRoles = true, Part = part }, ["something"]));
    }

    [Fact]
    public void A_confirmation_that_was_given_is_given_again()
    {
        Assert.Equal("tidemark restore '/x/my dump.sql' --swap --confirm 'my shop' --no-owner", PartlyDone.Next(Swapping with { Confirm = "my shop" }, [RestoreError.RoleMissing]));
        Assert.Equal("tidemark restore '/x/my dump.sql' --swap --force --confirm shop --no-owner", PartlyDone.Next(Swapping with { Confirm = "shop", Force = true }, [RestoreError.RoleMissing]));
    }
}
