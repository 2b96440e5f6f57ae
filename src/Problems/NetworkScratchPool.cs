using System.Collections.Concurrent;
using ActorFed.Tensors;

namespace ActorFed.Problems;

/// <summary>Lends the oracles of a problem memory for one query at a time: as many pieces as there are queries at once, not as there are oracles.</summary>
/// <remarks>Thousands of clients share a tape or two, which stay in the cache; a tape of each would be some megabytes per client.</remarks>
/// <param name="layout">The parameters of the network.</param>
internal sealed class NetworkScratchPool(ParameterLayout layout)
{
    private readonly ConcurrentBag<NetworkScratch> _free = [];

    /// <summary>Length of the network's parameters.</summary>
    public int ParameterLength => layout.Length;

    /// <summary>Memory that nobody else uses until it is given back. What it held is void.</summary>
    public NetworkScratch Take() => _free.TryTake(out NetworkScratch? scratch) ? scratch : new NetworkScratch(layout);

    /// <summary>Gives it back.</summary>
    public void Return(NetworkScratch scratch) => _free.Add(scratch);
}
