using System.Globalization;
using ActorFed.Host.Tests.Experiments;

namespace ActorFed.Cluster.Tests;

/// <summary>What the clusters of the tests carry out.</summary>
internal static class Experiments
{
    /// <summary>A master and four workers.</summary>
    public static string Star => Cli.Quadratic;

    /// <summary>Eight neighbours on a ring, whom nobody leads.</summary>
    public static string Ring { get; } = Checkout.At("hocon/experiments/dsgd-quadratic.conf");

    /// <summary>A star that reads the data set diabetes.</summary>
    public static string OnData { get; } = Checkout.At("hocon/experiments/adbo-diabetes.conf");

    /// <summary>Steps of runs that go on until somebody gives them an end: no machine is too fast for what is to happen meanwhile.</summary>
    public const int Endless = 1_000_000_000;

    /// <summary>Settings of a star of which the result depends on nothing but the seed.</summary>
    public static string[] Synchronous(int steps = Endless) => [.. Star4(steps), "participation.policy=synchronous"];

    /// <summary>Settings of a star that waits for nobody.</summary>
    public static string[] Asynchronous(int steps = Endless, int seed = 1) => [.. Star4(steps), $"seed={seed.ToString(CultureInfo.InvariantCulture)}"];

    /// <summary>Settings of a ring.</summary>
    public static string[] Neighbours(int steps = Endless) => [$"stop.steps={Text(steps)}", "run.record-every=1", "patience.ask-again-after=500ms"];

    private static string[] Star4(int steps) =>
        [$"stop.steps={Text(steps)}", "run.snapshot-every=500ms", "run.record-every=1", "run.model-every=1000", "patience.ask-again-after=500ms"];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
