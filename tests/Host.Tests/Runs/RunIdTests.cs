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
}
