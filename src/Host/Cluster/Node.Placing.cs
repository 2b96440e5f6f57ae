using ActorFed.Actors;
using ActorFed.Actors.Membership;
using ActorFed.Algorithms.Core;

namespace ActorFed.Host.Cluster;

/// <content>Who is hosted here: as all nodes agree, or as the carrier says.</content>
internal sealed partial class Node
{
    /// <summary>Brings what is hosted of a run nearer to what belongs here.</summary>
    private void Place(HostedRun run, RunView wanted, Seen seen)
    {
        if (_placing is not null)
        {
            PlaceAsGiven(_placing, run, wanted, seen);
            return;
        }

        foreach (ParticipantId lost in run.Held.Where(held => run.IsSettled(held, seen.Beat) && wanted.Holders.GetValueOrDefault(held.ToString()) != _setup.Name))
        {
            _setup.Log.Warn("goes on elsewhere by now", run.Id, lost);
            _ = run.LetGo(lost, saves: false);
        }

        if (run.TakeFailure() is { } failure)
        {
            Refuse(run.Id, failure, RefuseFor);
        }

        Dictionary<string, ParticipantId> participants = run.Participants.ToDictionary(participant => participant.ToString());
        HashSet<string> held = [.. run.Held.Select(participant => participant.ToString())];
        PlacementChange change = Placement.Plan(_setup.Name, seen.View, wanted, participants.Keys, held);
        if (change.Claims.Count > 0 && !_isDraining && run.IsConnected && _setup.Clock.GetTimestamp() >= Interlocked.Read(ref _settledAt))
        {
            Claim(run, change.Claims, participants);
        }

        // One that leaves hands over also where nobody can take it: the snapshot is what counts.
        IEnumerable<string> moves = _isDraining ? held : change.Moves;
        foreach (ParticipantId participant in moves.Select(name => participants[name]).Where(participant => run.IsSettled(participant, seen.Beat)))
        {
            if (MayMove(seen))
            {
                _moving[(run.Id, participant)] = _setup.Clock.GetTimestamp();
                _ = run.LetGo(participant, saves: true);
            }
        }
    }

    private void Claim(HostedRun run, IReadOnlyCollection<string> claims, Dictionary<string, ParticipantId> participants)
    {
        try
        {
            IReadOnlyList<string> claimed = _seat.Claim(run.Id, claims);
            long beat = Interlocked.Read(ref _beats); // it may have begun before the claim, later ones have not
            foreach (string participant in claimed)
            {
                run.TakeUp(participants[participant], beat);
            }
        }
        catch (RunStoreException away)
        {
            _setup.Log.Warn($"Participants could not be claimed: {away.Message}", run.Id);
        }
    }

    /// <summary>Takes up whom the carrier has given to this node, hands over whom it asks for, and lets the others know.</summary>
    private void PlaceAsGiven(IPlacingHosting placing, HostedRun run, RunView wanted, Seen seen)
    {
        if (run.TakeFailure() is { } failure)
        {
            Refuse(run.Id, failure, RefuseFor);
        }

        foreach (ParticipantId departing in placing.Departing(run.Id))
        {
            _ = run.LetGo(departing, saves: true);
        }

        long beat = Interlocked.Read(ref _beats);
        foreach (ParticipantId waiting in _isDraining || _refused.ContainsKey(run.Id) ? [] : placing.Waiting(run.Id))
        {
            run.TakeUp(waiting, beat);
        }

        Dictionary<string, ParticipantId> untold = run.Held
            .Where(held => run.IsSettled(held, seen.Beat) && wanted.Holders.GetValueOrDefault(held.ToString()) != _setup.Name)
            .ToDictionary(held => held.ToString());
        if (untold.Count > 0)
        {
            Tell(run.Id, untold.Keys);
        }
    }

    /// <summary>Lets the others know who is hosted here. Who had them before may pass for alive for a while: then this is told again.</summary>
    private void Tell(string run, IReadOnlyCollection<string> participants)
    {
        try
        {
            _seat.Claim(run, participants);
        }
        catch (RunStoreException away)
        {
            _setup.Log.Warn($"Who is hosted here cannot be told now: {away.Message}", run);
        }
    }

    /// <summary>A run that was given to this node, and is not wanted: it has ended, or this node does not know of it yet.</summary>
    private void SendAwayUnwanted(ClusterView view)
    {
        string[] unwanted = [.. (_placing?.Runs ?? []).Where(run => !_runs.ContainsKey(run) && !_leaving.ContainsKey(run) && view.Runs.All(wanted => wanted.Id != run))];
        foreach (string run in _unwanted.Keys.Except(unwanted).ToList())
        {
            _unwanted.Remove(run);
        }

        foreach (string run in unwanted)
        {
            if (!_unwanted.TryAdd(run, _setup.Clock.GetTimestamp()) && _setup.Clock.GetElapsedTime(_unwanted[run]) > _options.SuspectAfter)
            {
                _placing!.SendAway(run);
            }
        }
    }

    /// <summary>Whether another participant may be handed over, since few enough are on their way.</summary>
    private bool MayMove(Seen seen)
    {
        foreach (((string Run, ParticipantId Participant) move, long since) in _moving.ToList())
        {
            RunView? run = seen.View.Runs.FirstOrDefault(run => run.Id == move.Run);
            string? holder = run?.Holders.GetValueOrDefault(move.Participant.ToString());
            bool isBack = _runs.TryGetValue(move.Run, out HostedRun? hosted) && hosted.IsSettled(move.Participant, seen.Beat);
            bool isExpected = run is not null && seen.View.Nodes.Any(node => node.Identity.Name != _setup.Name && node.CanHost(move.Run));
            if (!isExpected || isBack || (holder is not null && holder != _setup.Name) || _setup.Clock.GetElapsedTime(since) > MoveWithin)
            {
                _moving.Remove(move);
            }
        }

        return _moving.Count < _options.MovesAtATime;
    }
}
