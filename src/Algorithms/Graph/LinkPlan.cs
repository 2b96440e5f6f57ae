using System.Collections.Immutable;
using ActorFed.Algorithms.Graph.Topologies;

namespace ActorFed.Algorithms.Graph;

/// <summary>Whom one participant sends to and receives from, in each exchange of each round.</summary>
internal sealed class LinkPlan
{
    private readonly GraphSetup _setup;
    private readonly int _index;
    private readonly ImmutableArray<ImmutableArray<StreamSpec>> _exchanges;
    private readonly (ImmutableArray<int> Senders, ImmutableArray<int> Receivers)[] _now;
    private long _round = -1;

    public LinkPlan(GraphSetup setup, int index, ImmutableArray<ImmutableArray<StreamSpec>> exchanges)
    {
        (_setup, _index, _exchanges) = (setup, index, exchanges);
        _now = new (ImmutableArray<int>, ImmutableArray<int>)[exchanges.Length];
        Topology[] all = [setup.Lower, setup.Upper, setup.Auxiliary];
        AllSenders = [.. all.Distinct().SelectMany(topology => topology.SendersTo(index)).Distinct().Order()];
        AllReceivers = [.. all.Distinct().SelectMany(topology => topology.ReceiversOf(index)).Distinct().Order()];
        IsTimeVarying = all.Any(topology => topology.IsTimeVarying);
    }

    /// <summary>Everyone that sends to this participant in some round or at its end; ascending.</summary>
    public ImmutableArray<int> AllSenders { get; }

    /// <summary>Everyone it sends to in some round or at its end; ascending.</summary>
    public ImmutableArray<int> AllReceivers { get; }

    private bool IsTimeVarying { get; }

    /// <summary>Whom vectors are due from.</summary>
    public ImmutableArray<int> Senders(Position at) => at.Round >= _setup.RoundLimit ? AllSenders : In(at).Senders;

    /// <summary>Whom vectors go to.</summary>
    public ImmutableArray<int> Receivers(Position at) => at.Round >= _setup.RoundLimit ? AllReceivers : In(at).Receivers;

    /// <summary>Weight of <paramref name="sender"/>'s vectors of a stream; 0 where there are none.</summary>
    public double WeightFrom(StreamSpec stream, long round, int sender) => _setup.Of(stream.Level).At(round).WeightOf(_index, sender);

    /// <summary>Whether a stream goes to <paramref name="receiver"/>.</summary>
    public bool GoesTo(StreamSpec stream, long round, int receiver) => _setup.Of(stream.Level).At(round).WeightOf(receiver, _index) > 0;

    private (ImmutableArray<int> Senders, ImmutableArray<int> Receivers) In(Position at)
    {
        if (_round < 0 || (IsTimeVarying && _round != at.Round))
        {
            for (int e = 0; e < _exchanges.Length; e++)
            {
                _now[e] = Links(at.Round, _exchanges[e]);
            }

            _round = at.Round;
        }

        return _now[at.Exchange];
    }

    private (ImmutableArray<int> Senders, ImmutableArray<int> Receivers) Links(long round, ImmutableArray<StreamSpec> streams)
    {
        SortedSet<int> senders = [];
        SortedSet<int> receivers = [];
        foreach (StreamLevel level in streams.Select(stream => stream.Level).Distinct())
        {
            MixingMatrix matrix = _setup.Of(level).At(round);
            foreach (Weight weight in matrix.Row(_index))
            {
                senders.Add(weight.Neighbour);
            }

            receivers.UnionWith(matrix.Receivers(_index).ToArray());
        }

        return ([.. senders], [.. receivers]);
    }
}
