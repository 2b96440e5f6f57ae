using ActorFed.Actors;
using ActorFed.Host.Runs;
using Xunit;

namespace ActorFed.Host.Tests.Runs;

public sealed class RunIdTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 9, 42, 59, TimeSpan.FromHours(2));

    [Fact]
    public void Says_when_and_what() =>
        Assert.Equal("20261121-0942-adbo-hyperclean-7f3a", RunId.Create(Start, "adbo", "hyperclean", 0x7f3a));

    [Theory]
    [InlineData("../../etc", "etc")]
    [InlineData("Hyper Cleaning (MNIST)", "hyper-cleaning-mnist")]
    [InlineData("", "x")]
    [InlineData("ø", "x")]
    public void Holds_only_characters_that_every_file_system_takes(string problem, string slug) =>
        Assert.Equal($"20261121-0942-adbo-{slug}-000b", RunId.Create(Start, "adbo", problem, 11));

    [Fact]
    public void Is_drawn_anew_where_somebody_was_quicker()
    {
        Queue<string> drawn = new(["a", "a", "b"]);
        HashSet<string> runs = ["a"];

        string id = RunId.Claim(drawn.Dequeue, Create);

        Assert.Equal("b", id);
        Assert.Contains("a run 'c'", Assert.Throws<RunExistsException>(() => RunId.Claim(() => "c", id => throw Taken(id))).Message, StringComparison.Ordinal);

        void Create(string id)
        {
            if (!runs.Add(id))
            {
                throw Taken(id);
            }
        }
    }

    private static RunExistsException Taken(string id) => new($"There already is a run '{id}'.");
}
