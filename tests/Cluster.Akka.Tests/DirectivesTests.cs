using ActorFed.Actors;
using Akka.Actor;
using Xunit;

namespace ActorFed.Cluster.Akka.Tests;

public sealed class DirectivesTests
{
    [Theory]
    [InlineData(SupervisionAction.Dropped, Directive.Resume)]
    [InlineData(SupervisionAction.Restarting, Directive.Restart)]
    [InlineData(SupervisionAction.Stopped, Directive.Stop)]
    [InlineData(SupervisionAction.FailedRun, Directive.Stop)]
    public void Says_what_Akka_does_for_each_decision(SupervisionAction action, Directive directive) => Assert.Equal(directive, Directives.Of(action));

    [Fact]
    public void Knows_nothing_but_decisions() => Assert.Throws<ArgumentOutOfRangeException>(() => Directives.Of(SupervisionAction.Restarted));
}
