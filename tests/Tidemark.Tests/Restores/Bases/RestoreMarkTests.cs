using System.Buffers.Binary;
using Tidemark.Files;
using Tidemark.Postgres;
using Tidemark.Postgres.Data;
using Tidemark.Restores.Bases;
using Tidemark.Tests.Support;

namespace Tidemark.Tests.Restores.Bases;

/// <summary>What a killed restore left, told from what somebody's server runs on.</summary>
public sealed class RestoreMarkTests : IDisposable
{
    private readonly TempFolder scratch = new();

    public RestoreMarkTests() => Directory.CreateDirectory(Path.Combine(scratch.Path, "global"));

    public void Dispose() => scratch.Dispose();

    private string Control => Path.Combine(scratch.Path, ControlFile.Path);

    [Fact]
    public void It_counts_until_a_server_has_started_and_not_without_it()
    {
        Assert.False(RestoreMark.IsUnfinished(scratch.Path));
        new RestoreMark { Outside = ["/srv/space"], WasEmpty = true }.Write(scratch.Path);
        Assert.True(RestoreMark.IsUnfinished(scratch.Path));
        Assert.Equal(["/srv/space"], RestoreMark.Read(scratch.Path)!.Outside);

        // Killed between its last two steps: all is there, and no server has seen it.
        File.WriteAllBytes(Control, ControlFile.WithoutCheckpoint(Started()));
        Assert.True(RestoreMark.IsUnfinished(scratch.Path));
        Assert.Equal(TargetState.Unfinished, Looked());

        // A server that starts writes its checkpoint there: what is in the folder is somebody's now.
        File.WriteAllBytes(Control, Started());
        Assert.False(RestoreMark.IsUnfinished(scratch.Path));
        Assert.Null(Looked());

        // Nor is one that cannot be read taken for ours.
        File.WriteAllBytes(Control, new byte[ControlFile.Length]);
        Assert.Null(Looked());
    }

    [Fact]
    public void Root_believes_none_that_another_user_wrote_and_nobody_one_that_is_no_mark()
    {
        new RestoreMark { Outside = ["/etc"], WasEmpty = true }.Write(scratch.Path);
        File.WriteAllText(Path.Combine(scratch.Path, RestoreMark.Name), "half of");
        Assert.Empty(RestoreMark.Read(scratch.Path)!.Outside);

        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root can give a file away");
        new RestoreMark { Outside = ["/etc"], WasEmpty = true }.Write(scratch.Path);
        Assert.Equal(0, Posix.Lchown(Path.Combine(scratch.Path, RestoreMark.Name), 54321, 54321));
        var forged = RestoreMark.Read(scratch.Path)!;
        Assert.Equal((0, false), (forged.Outside.Count, forged.WasEmpty));
    }

    /// <summary>Null: refused.</summary>
    private TargetState? Looked()
    {
        if (Environment.IsPrivilegedProcess) Assert.Equal(0, Posix.Lchown(scratch.Path, 54321, 54321));
        try
        {
            return TargetFolder.Look(scratch.Path, OldContent.Refused).State;
        }
        catch (Fault refused) when (refused.Code == FaultCode.Refused)
        {
            return null;
        }
    }

    /// <summary>As a server of 15 writes it, as far as it is read.</summary>
    private static byte[] Started()
    {
        var bytes = new byte[ControlFile.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, 1);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), 1300);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(32), 0x2000060);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(48), 1);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(52), 1);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(288), ~Crc32C.Add(Crc32C.Start, bytes.AsSpan(0, 288)));
        return bytes;
    }
}
