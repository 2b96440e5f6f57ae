using System.Globalization;
using ActorFed.Host.Runs;
using Xunit;

namespace ActorFed.Host.Tests.Runs;

public sealed class RunFolderTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Writes_the_plan_and_makes_the_snapshots_folder()
    {
        using RunFolder folder = RunFolder.Create(_temp.In("deep", "run"), "seed = 42\n");

        Assert.Equal("seed = 42\n", File.ReadAllText(_temp.In("deep", "run", "plan.conf")));
        Assert.Equal("seed = 42\n", folder.ReadPlan());
        Assert.True(Directory.Exists(folder.SnapshotsPath));
        Assert.False(folder.IsResumed);
    }

    [Fact]
    public void Refuses_a_folder_that_is_held_and_names_folder_and_process()
    {
        using RunFolder held = RunFolder.Create(_temp.In("run"), "");

        RunFolderException resumed = Assert.Throws<RunFolderException>(() => RunFolder.OpenForResume(_temp.In("run")));
        RunFolderException created = Assert.Throws<RunFolderException>(() => RunFolder.Create(_temp.In("run"), ""));

        Assert.All([resumed, created], e =>
        {
            Assert.Contains(_temp.In("run"), e.Message, StringComparison.Ordinal);
            Assert.Contains($"process {Environment.ProcessId.ToString(CultureInfo.InvariantCulture)} on", e.Message, StringComparison.Ordinal);
            Assert.Contains("choose another folder", e.Message, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Is_named_alike_with_and_without_a_slash_at_its_end()
    {
        string path = _temp.In("run");

        using (RunFolder created = RunFolder.Create(path + Path.DirectorySeparatorChar, ""))
        {
            Assert.Equal(path, created.Folder);
        }

        using RunFolder resumed = RunFolder.OpenForResume(path + Path.DirectorySeparatorChar);
        Assert.Equal(path, resumed.Folder);
    }

    [Fact]
    public void Is_free_again_after_disposal()
    {
        RunFolder.Create(_temp.In("run"), "a").Dispose();

        using RunFolder again = RunFolder.OpenForResume(_temp.In("run"));

        Assert.True(again.IsResumed);
        Assert.Equal("a", again.ReadPlan());
    }

    [Fact]
    public void May_be_disposed_twice()
    {
        RunFolder first = RunFolder.Create(_temp.In("run"), "");
        first.Dispose();
        using RunFolder second = RunFolder.OpenForResume(_temp.In("run"));

        first.Dispose();

        Assert.True(File.Exists(_temp.In("run", "run.pid")));
    }

    [Fact]
    public void Ignores_what_a_dead_process_left_behind()
    {
        RunFolder.Create(_temp.In("run"), "").Dispose();
        File.WriteAllText(_temp.In("run", "run.lock"), "");
        File.WriteAllText(_temp.In("run", "run.pid"), "999999 on elsewhere");

        using RunFolder folder = RunFolder.OpenForResume(_temp.In("run"));

        Assert.StartsWith(Environment.ProcessId.ToString(CultureInfo.InvariantCulture), File.ReadAllText(_temp.In("run", "run.pid")), StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_to_create_over_an_ended_run()
    {
        RunFolder.Create(_temp.In("run"), "first").Dispose();

        RunFolderException e = Assert.Throws<RunFolderException>(() => RunFolder.Create(_temp.In("run"), "second"));

        Assert.Contains("already holds a run", e.Message, StringComparison.Ordinal);
        Assert.Equal("first", File.ReadAllText(_temp.In("run", "plan.conf")));
    }

    [Fact]
    public void Refuses_a_folder_with_other_things_in_it()
    {
        File.WriteAllText(_temp.In("thesis.tex"), "");

        RunFolderException e = Assert.Throws<RunFolderException>(() => RunFolder.Create(_temp.Folder, ""));

        Assert.Contains("not empty", e.Message, StringComparison.Ordinal);
        Assert.Equal([_temp.In("thesis.tex")], Directory.GetFileSystemEntries(_temp.Folder));
    }

    [Fact]
    public void Names_path_cause_and_way_out_when_the_folder_cannot_be_made()
    {
        File.WriteAllText(_temp.In("file"), "");

        RunFolderException e = Assert.Throws<RunFolderException>(() => RunFolder.Create(_temp.In("file", "run"), ""));

        Assert.Contains(_temp.In("file", "run"), e.Message, StringComparison.Ordinal);
        Assert.Contains("Choose another run folder", e.Message, StringComparison.Ordinal);
        Assert.False(e.IsDiskFull);
    }

    [Theory]
    [InlineData("absent", "does not exist")]
    [InlineData("", "not a run folder")]
    public void Refuses_to_resume_from_what_is_no_run_folder(string name, string cause)
    {
        RunFolderException e = Assert.Throws<RunFolderException>(() => RunFolder.OpenForResume(_temp.In(name)));

        Assert.Contains(cause, e.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_temp.Folder));
    }

    [Fact]
    public void Keeps_the_old_file_when_replacing_it_fails()
    {
        File.WriteAllText(_temp.In("a.txt"), "old");

        Assert.Throws<InvalidOperationException>(() => RunFolder.ReplaceFile(_temp.In("a.txt"), stream =>
        {
            stream.WriteByte(1);
            throw new InvalidOperationException();
        }));

        Assert.Equal("old", File.ReadAllText(_temp.In("a.txt")));
    }
}
