using System.Collections.Immutable;

namespace ActorFed.Host.Data;

/// <summary>One data set of the catalogue.</summary>
internal sealed record DataSetEntry
{
    /// <summary>Its name in experiments and on the command line.</summary>
    public required string Name { get; init; }

    /// <summary>What it is, in one line.</summary>
    public required string Description { get; init; }

    /// <summary>Rows × features; training and test rows are written as a sum.</summary>
    public required string Shape { get; init; }

    /// <summary>The licence as publishers or common references state it.</summary>
    public required string Licence { get; init; }

    /// <summary>Its files; empty for a set that is generated from the run's seed.</summary>
    public ImmutableArray<DataFile> Files { get; init; } = [];

    /// <summary>Whether the set is computed and needs no files.</summary>
    public bool IsGenerated => Files.IsEmpty;
}
