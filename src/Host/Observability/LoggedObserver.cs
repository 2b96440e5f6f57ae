using System.Collections.Concurrent;
using ActorFed.Actors;
using ActorFed.Algorithms.Core;
using ActorFed.Host.Configuration;
using Microsoft.Extensions.Logging;

namespace ActorFed.Host.Observability;

/// <summary>Hands everything on, and logs what supervision does and what the master notices about workers.</summary>
/// <param name="log">The log of the run.</param>
/// <param name="observer">Told all.</param>
/// <param name="epochs">The newest incarnation of each participant.</param>
internal sealed class LoggedObserver(RunLog log, IRunObserver observer, ConcurrentDictionary<ParticipantId, int> epochs) : IRunObserver
{
    public void Started(Func<long> bytesSent) => observer.Started(bytesSent);

    public void MailboxesOpened(Func<IEnumerable<MailboxDepth>> depths) => observer.MailboxesOpened(depths);

    public void Entered(TimeSpan at, in Entry entry) => observer.Entered(at, entry);

    public void Observed(ParticipantId source, TimeSpan at, Observation observation)
    {
        if (observation is WorkerObserved worker)
        {
            log.Write(
                worker.Change switch
                {
                    WorkerChange.Lost => LogLevel.Warning,
                    WorkerChange.Returned => LogLevel.Information,
                    _ => LogLevel.Debug,
                },
                $"worker-{ScalarText.KebabCase(worker.Change.ToString())}",
                $"At step {worker.Step}.",
                ParticipantId.Worker(worker.Worker));
        }

        observer.Observed(source, at, observation);
    }

    public void Supervised(TimeSpan at, SupervisionEvent supervisionEvent)
    {
        log.Write(
            supervisionEvent.Action switch
            {
                SupervisionAction.Restarted => LogLevel.Information,
                SupervisionAction.Dropped or SupervisionAction.Restarting => LogLevel.Warning,
                _ => LogLevel.Error,
            },
            $"supervision-{ScalarText.KebabCase(supervisionEvent.Action.ToString())}",
            supervisionEvent.Reason,
            supervisionEvent.Participant,
            epochs.TryGetValue(supervisionEvent.Participant, out int epoch) ? epoch : null,
            supervisionEvent.Action == SupervisionAction.Dropped ? null : supervisionEvent.Failure); // the reason says it all
        observer.Supervised(at, supervisionEvent);
    }
}
