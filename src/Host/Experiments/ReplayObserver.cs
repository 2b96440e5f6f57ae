using ActorFed.Actors;
using ActorFed.Algorithms.Core;

namespace ActorFed.Host.Experiments;

/// <summary>Keeps what a replay is judged by. Told from one thread.</summary>
internal sealed class ReplayObserver : IRunObserver
{
    /// <summary>The number of the newest master step.</summary>
    public long Steps { get; private set; }

    /// <summary>The newest model; null while there is none.</summary>
    public ModelObserved? LastModel { get; private set; }

    public void Observed(ParticipantId source, TimeSpan at, Observation observation)
    {
        switch (observation)
        {
            case StepObserved step:
                Steps = step.Step;
                break;
            case ModelObserved model:
                (Steps, LastModel) = (model.Step, model);
                break;
        }
    }

    public void Supervised(TimeSpan at, SupervisionEvent supervisionEvent)
    {
        // What came of it is in the record.
    }
}
