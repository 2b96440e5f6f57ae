using ActorFed.Actors;
using ActorFed.Host.Runs;
using ActorFed.Tests.Shared;
using Xunit;

namespace ActorFed.Host.Tests.Runs;

public sealed class FolderRunStoreTests : RunStoreConformance, IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Puts_a_new_run_where_it_is_told_to_and_finds_it_by_its_path()
    {
        string path = _temp.In("mine");
        using FolderRunStore store = new(path, _temp.In("runs"));

        store.Create("20260101-0000-a-b-0001", "seed = 1\n").Dispose();

        Assert.Equal(("mine", path), (store.Find(path).Id, store.Find(path + "/").Folder));
        Assert.Empty(store.List());
    }

    [Fact]
    public void Cannot_take_a_run_from_its_holder()
    {
        using IRunStore store = Open();
        using IOpenRun run = store.Create("held", "");

        RunStoreException refusal = Assert.ThrowsAny<RunStoreException>(() => store.Resume("held", takesOver: true));

        Assert.Contains("cannot be taken from its holder", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Leaves_out_an_event_that_is_still_being_written()
    {
        using IRunStore store = Open();
        using IOpenRun run = store.Create("run", "");
        File.WriteAllText(Path.Combine(run.Folder!, "events.jsonl"), "{\"event\":\"a\"}\n{\"event\":");

        Assert.Equal(["{\"event\":\"a\"}"], run.ReadEvents().Lines);
        Assert.Equal("{\"event\":\"a\"}", run.LastEvent());
    }

    [Fact]
    public void Finds_a_last_event_that_is_very_long()
    {
        using IRunStore store = Open();
        using IOpenRun run = store.Create("run", "");
        string line = $"{{\"event\":\"{new string('x', 100_000)}\"}}";
        File.WriteAllText(Path.Combine(run.Folder!, "events.jsonl"), $"{{\"event\":\"a\"}}\n{line}\n");

        Assert.Equal(line, run.LastEvent());
    }

    protected override IRunStore Open() => new FolderRunStore(root: _temp.In("runs"));
}
