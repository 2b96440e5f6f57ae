using System.Collections.Immutable;
using ActorFed.Host.Plugins;

namespace ActorFed.Host.Compare;

/// <summary>What a command line asks to be compared.</summary>
internal sealed record CompareOptions
{
    /// <summary>Most runs of one experiment.</summary>
    public const int MaxSeeds = 1000;

    /// <summary>Experiments, each <c>FILE</c> or <c>LABEL=FILE</c>.</summary>
    public required IReadOnlyList<string> Experiments { get; init; }

    /// <summary>What can stand in them.</summary>
    public Catalogue Catalogue { get; init; } = Catalogue.BuiltIn;

    /// <summary>Overrides: <c>KEY=VALUE</c> of all experiments, <c>LABEL:KEY=VALUE</c> of one.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>Targets, as <see cref="Target.Parse"/> reads them.</summary>
    public IReadOnlyList<string> Targets { get; init; } = [];

    /// <summary>Number of seeds; 1 to <see cref="MaxSeeds"/>.</summary>
    public int SeedCount { get; init; } = 5;

    public ulong FirstSeed { get; init; } = 1;

    /// <summary>Whether a run ends when all targets are reached, rather than by its stopping rule.</summary>
    public bool StopAtTarget { get; init; }

    /// <summary>Most runs at a time; at least 1.</summary>
    public int Parallel { get; init; } = Environment.ProcessorCount;

    /// <summary>Where the results go; null: a new folder under runs/.</summary>
    public string? Folder { get; init; }

    /// <summary>The seeds.</summary>
    /// <exception cref="ArgumentException">There are too few, too many, or they go beyond the largest number.</exception>
    public ImmutableArray<ulong> Seeds()
    {
        if (SeedCount is < 1 or > MaxSeeds)
        {
            throw new ArgumentException($"--seeds is {SeedCount}; it must be in [1, {MaxSeeds}].");
        }

        if (FirstSeed > ulong.MaxValue - (ulong)(SeedCount - 1))
        {
            throw new ArgumentException($"--first-seed is {FirstSeed}; with --seeds {SeedCount} it must be at most {ulong.MaxValue - (ulong)(SeedCount - 1)}.");
        }

        return [.. Enumerable.Range(0, SeedCount).Select(i => FirstSeed + (ulong)i)];
    }
}
