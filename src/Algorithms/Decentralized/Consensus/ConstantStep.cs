using ActorFed.Algorithms.Graph;

namespace ActorFed.Algorithms.Decentralized.Consensus;

/// <summary>A constant step along the gradient of the lower, or only, loss in its own variable: what can be held against a limit before a run.</summary>
/// <param name="Key">Its key in the algorithm's section.</param>
/// <param name="Step">τ.</param>
/// <param name="Method">How the copies descend.</param>
/// <param name="Level">On whose graph.</param>
public readonly record struct ConstantStep(string Key, double Step, ConsensusMethod Method, StreamLevel Level);
