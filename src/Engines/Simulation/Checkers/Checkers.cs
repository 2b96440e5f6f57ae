using ActorFed.Actors;
using ActorFed.Algorithms.Core;

namespace ActorFed.Engines.Simulation;

/// <summary>
/// All checkers of one run as one observer. A rule that is broken ends the run, with the
/// <see cref="CheckerException"/> as <see cref="RunReport.Failure"/>.
/// </summary>
/// <remarks>
/// Use: <see cref="Watch"/> stands in for the factory and the snapshot store, this for the observer, and the report passes through
/// <see cref="Conclude"/>. One object serves one run.
/// </remarks>
public sealed class Checkers : ISimulationObserver
{
    private readonly IRunObserver? _inner;
    private readonly ISimulationObserver? _close; // the same, where it wants to be told more
    private Checker[] _all;
    private ISimulationView? _view;

    /// <summary>Checkers of one run among neighbours.</summary>
    /// <param name="settings">What the run promised.</param>
    /// <param name="inner">Told of everything too, before the checkers are; null for nobody.</param>
    /// <exception cref="ArgumentException">A setting is out of range.</exception>
    public Checkers(GraphCheckerSettings settings, IRunObserver? inner = null)
    {
        settings.Validate();
        (_inner, _close) = (inner, inner as ISimulationObserver);
        List<Checker> all = [new RoundChecker(settings.StalenessBound), new FinitenessChecker(), new BytesChecker()];
        if (settings.StalenessBound == 0)
        {
            all.AddRange([new MeanChecker(settings.Neighbours), new ResendChecker()]);
            all.AddRange(settings.IsSymmetric ? [new MixingChecker(settings.Neighbours)] : []);
        }

        if (settings.IsCoupled)
        {
            all.Add(new ConstraintChecker(settings.Neighbours));
        }

        if (settings.QuietFrom is TimeSpan quietFrom)
        {
            all.Add(new NeighbourLivenessChecker(settings.Neighbours, quietFrom, settings.Patience));
        }

        if (settings.Reference is ModelObserved reference)
        {
            all.Add(new NeighbourReferenceChecker(reference.Locals, settings.RoundLimit));
        }

        _all = [.. all];
    }

    /// <summary>Checkers of one run of a star.</summary>
    /// <param name="settings">What the run promised.</param>
    /// <param name="inner">Told of everything too, before the checkers are; null for nobody.</param>
    /// <exception cref="ArgumentException">A setting is out of range.</exception>
    public Checkers(CheckerSettings settings, IRunObserver? inner = null)
    {
        settings.Validate();
        (_inner, _close) = (inner, inner as ISimulationObserver);
        int workers = settings.Workers;
        List<Checker> all =
        [
            new ParticipationChecker(workers, settings.MinActive, settings.MostUnderWay, mayRepeat: settings.Buffer is not null),
            new EpochChecker(workers),
            new AnswerChecker(workers),
            new ReportChecker(workers, isBuffered: settings.Buffer is not null),
            new PolytopeChecker(settings.MaxPlanes),
            new FinitenessChecker(),
            new BytesChecker(),
        ];
        if (settings.MostUnderWay is int most)
        {
            all.Add(new ConcurrencyChecker(workers, most));
        }

        if (settings.Buffer is int buffer)
        {
            all.Add(new BufferChecker(workers, buffer));
        }

        if (settings.StalenessBound is int bound)
        {
            all.Add(new StalenessChecker(workers, bound));
        }

        if (settings.QuietFrom is TimeSpan quietFrom)
        {
            all.Add(new LivenessChecker(workers, quietFrom, settings.Patience, hearsAll: settings.MostUnderWay is null));
        }

        if (settings.Reference is ModelObserved reference)
        {
            all.Add(new ReferenceChecker(reference));
        }

        _all = [.. all];
    }

    /// <summary>How often each rule was looked at.</summary>
    public IReadOnlyList<(string Checker, long Checks)> Counts => [.. _all.Select(checker => (checker.Name, checker.Checks))];

    /// <summary>Adds the watch over snapshots. The engine is given the result both as its factory and as its store.</summary>
    /// <param name="factory">Makes and rebuilds participants.</param>
    /// <param name="store">Keeps their snapshots.</param>
    public SnapshotChecker Watch(IParticipantFactory factory, ISnapshotStore store)
    {
        SnapshotChecker checker = new(factory, store);
        _all = [.. _all, checker];
        return checker;
    }

    /// <summary>Looks at what only the end can tell.</summary>
    /// <param name="report">How the run ended.</param>
    /// <returns>The report, or where a rule is found broken now, one of a failed run with the <see cref="CheckerException"/>.</returns>
    public RunReport Conclude(RunReport report)
    {
        if (report.Failure is CheckerException)
        {
            return report;
        }

        try
        {
            foreach (Checker checker in _all)
            {
                checker.Ended(report);
            }

            return report;
        }
        catch (CheckerException broken)
        {
            return report with { Outcome = RunOutcome.Failed, Reason = broken.Message, Failure = broken };
        }
    }

    /// <inheritdoc/>
    public void Started(Func<long> bytesSent) => _inner?.Started(bytesSent);

    /// <inheritdoc/>
    public void Began(ISimulationView view)
    {
        if (_view is not null)
        {
            throw new InvalidOperationException("These checkers have watched a run already; make new ones for every run.");
        }

        _view = view;
        _close?.Began(view);
        foreach (Checker checker in _all)
        {
            checker.Began(view);
        }
    }

    /// <inheritdoc/>
    public void Entered(TimeSpan at, in Entry entry)
    {
        _inner?.Entered(at, entry);
        foreach (Checker checker in _all)
        {
            checker.Entered(at, entry);
        }
    }

    /// <inheritdoc/>
    public void Sent(in Sending sending)
    {
        _close?.Sent(sending);
        foreach (Checker checker in _all)
        {
            checker.Sent(sending);
        }
    }

    /// <inheritdoc/>
    public void Observed(ParticipantId source, TimeSpan at, Observation observation)
    {
        _inner?.Observed(source, at, observation);
        foreach (Checker checker in _all)
        {
            checker.Observed(source, at, observation);
        }
    }

    /// <inheritdoc/>
    public void Supervised(TimeSpan at, SupervisionEvent supervisionEvent)
    {
        _inner?.Supervised(at, supervisionEvent);
        foreach (Checker checker in _all)
        {
            checker.Supervised(at, supervisionEvent);
        }
    }

    /// <inheritdoc/>
    public void Struck(TimeSpan at, Fault fault)
    {
        _close?.Struck(at, fault);
    }
}
