using Tidemark.Storage.Sftp;

namespace Tidemark.Tests.Storage.Sftp;

public sealed class SftpReadingTests
{
    /// <summary>A second close would hit another file: see <see cref="SftpReading"/>. Files are closed behind the caller's back: of many the count is complete only if none was closed twice.</summary>
    [Fact]
    public void A_file_is_closed_once_however_often_it_is_disposed()
    {
        const int Many = 100;
        using var closed = new CountdownEvent(Many);
        var files = Enumerable.Range(0, Many).Select(_ => new CountedStream(() => closed.Signal())).ToList();

        foreach (var file in files)
        {
            var reading = new SftpReading(file, failed => Task.FromException<Fault>(failed));
            reading.Dispose();
            reading.Dispose();
        }

        closed.Wait(TestContext.Current.CancellationToken);
        Assert.All(files, file => Assert.Equal(1, file.Disposed));
    }
}
