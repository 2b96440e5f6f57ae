using ActorFed.Algorithms.Core;
using Xunit;

namespace ActorFed.Algorithms.Tests.Core;

public sealed class ParticipantIdTests
{
    public static TheoryData<Role, int, string> Names() => new()
    {
        { Role.Master, 0, "master" },
        { Role.Worker, 0, "worker-0" },
        { Role.Worker, 12, "worker-12" },
        { Role.Neighbour, 3, "neighbour-3" },
        { Role.Worker, int.MaxValue, "worker-2147483647" },
    };

    [Theory, MemberData(nameof(Names))]
    public void Reads_what_it_prints(Role role, int index, string name)
    {
        ParticipantId id = new(role, index);

        Assert.Equal(name, id.ToString());
        Assert.True(ParticipantId.TryParse(name, out ParticipantId parsed));
        Assert.Equal(id, parsed);
        Assert.Equal(id.GetHashCode(), parsed.GetHashCode());
    }

    [Theory]
    [InlineData("")]
    [InlineData("worker")]
    [InlineData("worker-")]
    [InlineData("worker--1")]
    [InlineData("worker- 1")]
    [InlineData("worker-1 ")]
    [InlineData("worker-+1")]
    [InlineData("worker-1-1")]
    [InlineData("worker-1.0")]
    [InlineData("worker-0x1")]
    [InlineData("worker-01")]
    [InlineData("worker-2147483648")]
    [InlineData("Worker-1")]
    [InlineData("Master")]
    [InlineData("master-0")]
    [InlineData("-1")]
    [InlineData("boss-1")]
    public void Rejects_any_other_text(string text) => Assert.False(ParticipantId.TryParse(text, out _));

    [Fact]
    public void Orders_by_role_and_then_by_number()
    {
        ParticipantId[] ids =
        [
            new(Role.Neighbour, 0), ParticipantId.Worker(10), ParticipantId.Worker(9), ParticipantId.Master, ParticipantId.Worker(0),
        ];

        Array.Sort(ids);

        Assert.Equal(["master", "worker-0", "worker-9", "worker-10", "neighbour-0"], ids.Select(id => id.ToString()));
    }
}
