using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Core;

/// <summary>One named part of a participant's state, for people and checkers; never read by algorithms.</summary>
/// <param name="Name">What it is, in kebab case, such as <c>consensus-dual-3</c>; some are in <see cref="StateNames"/>.</param>
/// <param name="Values">Its numbers; a scalar has length 1.</param>
/// <param name="IsDurable">Whether a participant rebuilt from a snapshot taken now holds the same numbers, bit for bit.</param>
public readonly record struct StateEntry(string Name, FlatVector Values, bool IsDurable = true);

/// <summary>Names of state entries that checkers know.</summary>
public static class StateNames
{
    /// <summary>Master steps made; a scalar.</summary>
    public const string Step = "step";

    /// <summary>Duals of the planes in force, each at least 0; as long as there are planes.</summary>
    public const string PlaneDuals = "plane-duals";
}
