using Tidemark.Dumps;
using Tidemark.Restores;

namespace Tidemark.Tests.Restores;

public sealed class PartlyDoneTests
{
    [Theory]
    [InlineData("", "role \"gone\" does not exist", false, "create the roles, or do without owners and grants: tidemark restore '/x/my dump.sql' --swap --no-owner")]
    [InlineData("", "role \"gone\" does not exist", true, "mend what is missing, then: tidemark restore '/x/my dump.sql' --swap")]
    [InlineData("CREATE EXTENSION postgis;", "could not open extension control file", false, "mend what is missing, then: tidemark restore '/x/my dump.sql' --swap")]
    public void Only_what_no_owner_settles_is_answered_with_it_and_a_foreign_file_is_named_by_its_path(string statement, string message, bool noOwner, string next)
    {
        var source = new DumpEntry { Id = "0123456789ab", Key = "../my dump.sql", Path = "/x/my dump.sql", Size = 1, State = DumpState.Foreign, Time = DateTimeOffset.UnixEpoch };
        var missing = ClassifiedError.Of(new RestoreError(message.StartsWith("role", StringComparison.Ordinal) ? "42704" : "58P01", message, statement), noOwner: false).ToString();
        Assert.Equal(next, PartlyDone.Next(source, [missing], noOwner, "--swap"));
    }
}
