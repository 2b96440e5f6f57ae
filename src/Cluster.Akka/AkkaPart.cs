using ActorFed.Actors;
using ActorFed.Actors.Membership;
using ActorFed.Algorithms.Core;
using Akka.Actor;

namespace ActorFed.Cluster.Akka;

/// <summary>
/// A node's part in a run: who lives here is decided by sharding; they are taken up when the node has what they need. Should two nodes
/// hold the same participant for a while, the one of the lower epoch can store nothing and is not listened to.
/// </summary>
internal sealed class AkkaPart : IRunPart
{
    private const string FellOut = "This node fell out of its cluster, and joins it again.";

    private static readonly TimeSpan BeginWithin = TimeSpan.FromSeconds(10);

    private readonly AkkaRun _run;
    private readonly Residence _residence;
    private readonly Func<bool> _isConnected;

    public AkkaPart(AkkaRun run, Residence residence, Func<bool> isConnected, CancellationToken gone)
    {
        (_run, _residence, _isConnected) = (run, residence, isConnected);
        Ended = run.RunPartAsync();
        CancellationTokenRegistration registration = gone.UnsafeRegister(
            _ => run.End(RunOutcome.Failed, FellOut, new AkkaException(FellOut)), null);
        Ended.ContinueWith(_ => registration.Unregister(), TaskScheduler.Default);
    }

    /// <inheritdoc/>
    public Task<RunReport> Ended { get; }

    /// <inheritdoc/>
    public bool IsConnected => _isConnected();

    /// <inheritdoc/>
    public Task<bool> TakeUpAsync(ParticipantId participant, IRunObserver? recorder = null)
    {
        if (participant == _run.Setup.Lead != recorder is not null)
        {
            throw new ArgumentException($"{participant} {(recorder is null ? "leads the run and needs a recorder" : "does not lead the run and needs no recorder")}.", nameof(recorder));
        }

        return _run.TakeUpAsync(participant, recorder, async resident =>
        {
            if (_residence.Take(_run.Setup.Plan.RunId, participant) is not { } entity)
            {
                return false; // it has moved on
            }

            Begin begin = new(_run, resident);
            entity.Tell(begin);
            try
            {
                return await begin.Begun.Task.WaitAsync(BeginWithin).ConfigureAwait(false);
            }
            catch (TimeoutException) when (begin.TryDecide())
            {
                return false; // the entity is gone
            }
            catch (TimeoutException)
            {
                return await begin.Begun.Task.ConfigureAwait(false);
            }
        });
    }

    /// <inheritdoc/>
    public Task<SupervisionEvent?> LetGoAsync(ParticipantId participant, bool saves, CancellationToken hurry = default) => _run.LetGoAsync(participant, saves, hurry);

    /// <summary>Does nothing: who is out of reach of the run store cannot store, and sharding alone decides who lives where.</summary>
    public Task SuspendAsync() => Task.CompletedTask;

    /// <summary>Does nothing, see <see cref="SuspendAsync"/>.</summary>
    public Task ResumeAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public void Cancel(string reason) => _run.End(RunOutcome.Cancelled, reason);

    /// <summary>Does nothing: mailboxes are actors, and end with their participants.</summary>
    public Task RemoveMailboxesAsync(IReadOnlySet<ParticipantId> external, RunReport report) => Task.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Cancel("The part of the run was given up.");
        await Ended.ConfigureAwait(false);
    }
}
