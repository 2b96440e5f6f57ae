namespace ActorFed.Actors.Membership;

/// <summary>How a run stands, as far as the nodes of a cluster have told each other.</summary>
/// <param name="Run">Its id.</param>
/// <param name="Lead">The node where it is led and recorded; null when none has told so.</param>
/// <param name="Step">The newest step that was shown there; 0 before the first.</param>
/// <param name="Hosts">Participants by the node that hosts them.</param>
public sealed record RunStanding(string Run, string? Lead, long Step, IReadOnlyDictionary<string, IReadOnlyList<string>> Hosts);
