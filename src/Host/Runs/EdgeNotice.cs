using ActorFed.Algorithms.Graph;

namespace ActorFed.Host.Runs;

/// <summary>What a participant noticed about an edge of its own.</summary>
/// <param name="Participant">Who noticed.</param>
/// <param name="Edge">What.</param>
internal sealed record EdgeNotice(int Participant, EdgeObserved Edge);
