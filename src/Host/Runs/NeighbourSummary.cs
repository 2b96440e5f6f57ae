using System.Collections.Immutable;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Numerics;
using ActorFed.Engines.Simulation;

namespace ActorFed.Host.Runs;

/// <summary>
/// Makes one run of what every neighbour shows of itself, since nobody leads them: a step when all have made a round, with the sums of their
/// measures, and a model, the mean of theirs. Everything else goes through as it is.
/// </summary>
/// <remarks>
/// A round that some neighbours do not come to, because they are gone, is told when all others have made a later one. Of a round that a
/// rebuilt neighbour makes again, the first telling counts. Attackers are counted as alive, but not among sums and means.
/// </remarks>
internal sealed class NeighbourSummary : ISimulationObserver
{
    /// <summary>Root mean squared distance of the participants' variables to their mean.</summary>
    public const string ConsensusError = "consensus-error";

    /// <summary>Vectors let in by the acceptance rule, as a share of those that could have been.</summary>
    public const string AcceptedShare = "accepted-share";

    private readonly IRunObserver _inner;
    private readonly ISimulationObserver? _close;
    private readonly int _count;
    private readonly ImmutableHashSet<int> _attackers;
    private readonly long _lastRound;
    private readonly Lock _gate = new();
    private readonly SortedDictionary<long, SortedDictionary<int, RoundObserved>> _rounds = [];
    private readonly Dictionary<(long Round, int Index), ModelObserved> _models = [];
    private long _told;

    /// <summary>A summary of one run.</summary>
    /// <param name="inner">Told of steps and models.</param>
    /// <param name="count">Number of neighbours.</param>
    /// <param name="attackers">Those among them whose numbers mean nothing.</param>
    /// <param name="lastRound">The round after which the run ends.</param>
    public NeighbourSummary(IRunObserver inner, int count, IEnumerable<int> attackers, long lastRound)
    {
        (_inner, _close, _count, _lastRound) = (inner, inner as ISimulationObserver, count, lastRound);
        _attackers = [.. attackers];
    }

    /// <summary>Payload bytes by sender and receiver, of the senders that have made their last round.</summary>
    public ImmutableSortedDictionary<int, LinksObserved> Links { get; private set; } = ImmutableSortedDictionary<int, LinksObserved>.Empty;

    /// <inheritdoc/>
    public void Started(Func<long> bytesSent) => _inner.Started(bytesSent);

    /// <inheritdoc/>
    public void Began(ISimulationView view) => _close?.Began(view);

    /// <inheritdoc/>
    public void Entered(TimeSpan at, in Entry entry) => _inner.Entered(at, entry);

    /// <inheritdoc/>
    public void Sent(in Sending sending) => _close?.Sent(sending);

    /// <inheritdoc/>
    public void Struck(TimeSpan at, Fault fault) => _close?.Struck(at, fault);

    /// <inheritdoc/>
    public void Supervised(TimeSpan at, SupervisionEvent supervisionEvent) => _inner.Supervised(at, supervisionEvent);

    /// <inheritdoc/>
    public void Observed(ParticipantId source, TimeSpan at, Observation observation)
    {
        lock (_gate)
        {
            switch (observation)
            {
                case ModelObserved model when model.Step > _told:
                    _models[(model.Step, source.Index)] = model; // the round itself comes next
                    break;
                case RoundObserved round when round.Round > _told:
                    Add(source.Index, round);
                    Tell(source, at);
                    break;
                case ModelObserved or RoundObserved:
                    break; // made again
                case LinksObserved links:
                    Links = Links.SetItem(source.Index, links);
                    break;
                default:
                    _inner.Observed(source, at, observation);
                    break;
            }
        }
    }

    /// <summary>Tells what is left, of rounds that some never came to. To be called when the run is over.</summary>
    /// <param name="at">When that was.</param>
    public void Finish(TimeSpan at)
    {
        lock (_gate)
        {
            if (_rounds.Count > 0 && _rounds.Last().Key == _lastRound)
            {
                while (_rounds.Count > 0)
                {
                    TellOldest(default, at);
                }
            }
        }
    }

    private void Add(int index, RoundObserved round)
    {
        if (!_rounds.TryGetValue(round.Round, out SortedDictionary<int, RoundObserved>? members))
        {
            _rounds.Add(round.Round, members = []);
        }

        members[index] = round;
    }

    /// <summary>Tells the oldest rounds as long as one is whole, or a later one is and those who miss in it are past it.</summary>
    private void Tell(ParticipantId source, TimeSpan at)
    {
        while (_rounds.Values.Any(members => members.Count == _count))
        {
            TellOldest(source, at);
        }
    }

    private void TellOldest(ParticipantId source, TimeSpan at)
    {
        (long round, SortedDictionary<int, RoundObserved> members) = _rounds.First();
        _rounds.Remove(round);
        _told = round;
        _inner.Observed(source, at, Step(round, members));
        List<(int Index, ModelObserved Of)> models = [];
        foreach (int index in members.Keys)
        {
            if (_models.Remove((round, index), out ModelObserved? model))
            {
                models.Add((index, model));
            }
        }

        if (models.Count > 0)
        {
            ModelObserved mean = Mean(round, models, out double error);
            _inner.Observed(source, at, new MeasuresObserved(round, [new(ConsensusError, error)]));
            _inner.Observed(source, at, mean);
        }
    }

    private StepObserved Step(long round, SortedDictionary<int, RoundObserved> members)
    {
        List<Measure> sums = [];
        (long candidates, long accepted) = (0, 0);
        foreach ((int _, RoundObserved of) in members.Where(member => !_attackers.Contains(member.Key)))
        {
            for (int m = 0; m < of.Measures.Length; m++)
            {
                if (m == sums.Count)
                {
                    sums.Add(new Measure(of.Measures[m].Name, 0));
                }

                sums[m] = sums[m] with { Value = sums[m].Value + of.Measures[m].Value };
            }

            candidates += of.Candidates;
            accepted += of.Accepted;
        }

        if (candidates > 0 && accepted < candidates)
        {
            sums.Add(new Measure(AcceptedShare, (double)accepted / candidates));
        }

        return new StepObserved
        {
            Step = round,
            Active = [.. members.Keys],
            Staleness = [.. members.Values.Select(of => of.Staleness.DefaultIfEmpty(0).Max())],
            WorkersAlive = members.Count,
            Measures = [.. sums],
        };
    }

    private ModelObserved Mean(long step, List<(int Index, ModelObserved Of)> members, out double error)
    {
        List<ModelObserved> honest = [.. members.Where(member => !_attackers.Contains(member.Index)).Select(member => member.Of)];
        honest = honest.Count > 0 ? honest : [.. members.Select(member => member.Of)];
        double share = 1.0 / honest.Count;
        FlatVector upper = FlatVector.Combine([.. honest.Select(model => new Term(share, model.Upper))]);
        FlatVector lower = FlatVector.Combine([.. honest.Select(model => new Term(share, model.Lower))]);
        error = Math.Sqrt(honest.Average(model =>
            VectorMath.SquaredDistance(model.Upper.Span, upper.Span) + VectorMath.SquaredDistance(model.Lower.Span, lower.Span)));
        return new ModelObserved { Step = step, Upper = upper, Lower = lower, Locals = [.. honest] };
    }
}
