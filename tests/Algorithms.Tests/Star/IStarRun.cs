namespace ActorFed.Algorithms.Tests.Star;

/// <summary>A run of some algorithm in a star whose processes may die.</summary>
internal interface IStarRun
{
    StarNetwork Network { get; }

    /// <summary>Everything the master knows, as bytes.</summary>
    byte[] State { get; }
}
