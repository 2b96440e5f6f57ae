using System.Collections.Immutable;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Numerics;
using ActorFed.Engines.Simulation;

namespace ActorFed.Host.Runs;

/// <summary>
/// Makes one run of what every neighbour shows of itself, since nobody leads them: a step when all have made a round, with the sums of their
/// measures, and a model, the mean of theirs or, where each owns a part of it, all of theirs together. Everything else goes through as it is.
/// </summary>
/// <remarks>
/// A round that some neighbours do not come to, because they are gone, is told when one after it is whole, or so many have begun that waiting
/// for it would cost ever more memory. Of a round that a rebuilt neighbour makes again, the first telling counts. Attackers are counted as
/// alive, but not among sums and means. Each thing shown costs the same, however many neighbours there are.
/// </remarks>
internal sealed class NeighbourSummary : ISimulationObserver
{
    /// <summary>Root mean squared distance of the participants' variables to their mean.</summary>
    public const string ConsensusError = "consensus-error";

    /// <summary>Vectors let in by the acceptance rule, as a share of those that could have been.</summary>
    public const string AcceptedShare = "accepted-share";

    /// <summary>Rounds that are waited for at a time, of those that are shown; neighbours of a connected graph are rarely that far apart.</summary>
    internal const int MaxBegun = 64;

    private readonly IRunObserver _inner;
    private readonly ISimulationObserver? _close;
    private readonly int _count;
    private readonly ImmutableHashSet<int> _attackers;
    private readonly long _lastRound;
    private readonly bool _joins;
    private readonly Lock _gate = new();
    private readonly SortedDictionary<long, Begun> _rounds = []; // not told yet
    private long _told;

    /// <summary>A summary of one run.</summary>
    /// <param name="inner">Told of steps and models.</param>
    /// <param name="count">Number of neighbours.</param>
    /// <param name="attackers">Those among them whose numbers mean nothing.</param>
    /// <param name="lastRound">The round after which the run ends.</param>
    /// <param name="joins">Whether each neighbour owns a part of the model, so that it is theirs, one after the other, and not their mean.</param>
    public NeighbourSummary(IRunObserver inner, int count, IEnumerable<int> attackers, long lastRound, bool joins = false)
    {
        (_inner, _close, _count, _lastRound, _joins) = (inner, inner as ISimulationObserver, count, lastRound, joins);
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
                    BegunAt(model.Step).Models[source.Index] = model; // the round itself comes next
                    break;
                case RoundObserved round when round.Round > _told:
                    Begun begun = BegunAt(round.Round);
                    begun.Made += begun.Rounds[source.Index] is null ? 1 : 0;
                    begun.Rounds[source.Index] = round;
                    Tell(begun.Made == _count ? round.Round : long.MinValue, source, at);
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

    private Begun BegunAt(long round)
    {
        if (!_rounds.TryGetValue(round, out Begun? begun))
        {
            _rounds.Add(round, begun = new Begun(_count));
        }

        return begun;
    }

    /// <summary>Tells all rounds up to one that is whole, and the oldest where too many have begun.</summary>
    private void Tell(long whole, ParticipantId source, TimeSpan at)
    {
        while (_rounds.Count > MaxBegun || _told < whole)
        {
            TellOldest(source, at);
        }
    }

    private void TellOldest(ParticipantId source, TimeSpan at)
    {
        (long round, Begun begun) = _rounds.First();
        _rounds.Remove(round);
        _told = round;
        int[] members = [.. Enumerable.Range(0, _count).Where(i => begun.Rounds[i] is not null)];
        if (members.Length == 0)
        {
            return; // its only participant crashed between the model and the round
        }

        _inner.Observed(source, at, Step(round, [.. members.Select(i => (i, begun.Rounds[i]!))]));
        List<(int Index, ModelObserved Of)> models = [.. members.Where(i => begun.Models[i] is not null).Select(i => (i, begun.Models[i]!))];
        if (_joins)
        {
            if (models.Count == _count)
            {
                FlatVector joined = FlatVector.CopyOf([.. models.SelectMany(model => model.Of.Lower.Span.ToArray())]);
                _inner.Observed(source, at, new ModelObserved { Step = round, Upper = FlatVector.Empty, Lower = joined, Locals = [.. models.Select(model => model.Of)] });
            }
        }
        else if (models.Count > 0)
        {
            ModelObserved mean = Mean(round, models, out double error);
            _inner.Observed(source, at, new MeasuresObserved(round, [new(ConsensusError, error)]));
            _inner.Observed(source, at, mean);
        }
    }

    private StepObserved Step(long round, (int Index, RoundObserved Of)[] members)
    {
        List<Measure> sums = [];
        (long candidates, long accepted) = (0, 0);
        foreach ((int _, RoundObserved of) in members.Where(member => !_attackers.Contains(member.Index)))
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
            Active = [.. members.Select(member => member.Index)],
            Staleness = [.. members.Select(member => member.Of.Staleness.DefaultIfEmpty(0).Max())],
            WorkersAlive = members.Length,
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

    /// <summary>A round that some neighbours have made and not yet all.</summary>
    private sealed class Begun(int count)
    {
        public RoundObserved?[] Rounds { get; } = new RoundObserved?[count];

        public ModelObserved?[] Models { get; } = new ModelObserved?[count];

        public int Made { get; set; }
    }
}
