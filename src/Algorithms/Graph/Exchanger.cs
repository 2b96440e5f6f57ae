using System.Collections.Immutable;
using System.Globalization;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Graph.Acceptance;
using ActorFed.Algorithms.Graph.Attacks;
using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Graph;

/// <summary>All streams of one participant: turns the rule's vectors into messages, and messages into the neighbours' pulls.</summary>
internal sealed class Exchanger
{
    private readonly GraphSetup _setup;
    private readonly int _index;
    private readonly LinkPlan _plan;
    private readonly ImmutableArray<ImmutableArray<StreamSpec>> _exchanges;
    private readonly SortedDictionary<string, StreamMixer> _byName = new(StringComparer.Ordinal);
    private readonly StreamMixer[][] _mixers; // by exchange; a stream of several exchanges is mixed by one
    private readonly FlatVector[][] _before; // of attackers: what they sent honestly a round earlier

    public Exchanger(IGraphRule rule, GraphSetup setup, int index, LinkPlan plan)
    {
        (_setup, _index, _plan, _exchanges) = (setup, index, plan, rule.Exchanges);
        foreach (StreamSpec stream in _exchanges.SelectMany(streams => streams).Distinct())
        {
            _byName.Add(stream.Name, new StreamMixer(stream, setup, index, candidate => rule.LossOf(stream, candidate)));
        }

        _mixers = [.. _exchanges.Select(streams => streams.Select(stream => _byName[stream.Name]).ToArray())];
        _before = [.. _exchanges.Select(streams => streams
            .Select(stream => FlatVector.Zeros(setup.IsAttacker(index) ? stream.Length : 0)).ToArray())];
    }

    /// <summary>Candidates of the last round's pulls, and how many of them were accepted.</summary>
    public (int Candidates, int Accepted) LastCount { get; private set; }

    /// <summary>The messages of an exchange by receiver; receivers that get the same share one.</summary>
    /// <param name="at">The exchange, of a round before the limit.</param>
    /// <param name="vectors">What the rule prepared.</param>
    /// <param name="restarts">Restarts to tell of.</param>
    /// <param name="receivers">Who gets something.</param>
    /// <param name="benign">What honest neighbours have sent in this exchange; for an attack that waits for it.</param>
    public SortedDictionary<int, GraphMessage.VectorsSent> Pack(
        Position at,
        ImmutableArray<FlatVector> vectors,
        ImmutableArray<long> restarts,
        IEnumerable<int> receivers,
        IReadOnlyList<(int Neighbour, GraphMessage.VectorsSent Message)> benign)
    {
        ImmutableArray<StreamSpec> streams = _exchanges[at.Exchange];
        Packet[] packets = [.. vectors.Select((vector, s) => _mixers[at.Exchange][s].Pack(vector, at))];
        SortedDictionary<int, GraphMessage.VectorsSent> messages = [];
        Dictionary<(long Mask, bool IsForged), GraphMessage.VectorsSent> shared = [];
        bool attacks = _setup.IsAttacker(_index);
        bool tellsEachItsOwn = attacks && !_setup.Attack!.SendsAllTheSame;
        foreach (int receiver in receivers)
        {
            bool isForged = attacks && !_setup.IsAttacker(receiver); // attackers do not spoil what each other knows
            long mask = 0;
            for (int s = 0; s < streams.Length; s++)
            {
                mask |= _plan.GoesTo(streams[s], at.Round, receiver) ? 1L << s : 0;
            }

            if ((isForged && tellsEachItsOwn) || !shared.TryGetValue((mask, isForged), out GraphMessage.VectorsSent? message))
            {
                message = new GraphMessage.VectorsSent
                {
                    At = at,
                    Packets = [.. packets.Select((packet, s) => (mask & (1L << s)) == 0 ? null
                        : isForged && streams[s].Kind == StreamKind.Iterate ? Forge(at, s, vectors[s], receiver, benign) : packet)],
                    Restarts = restarts,
                };
                shared[(mask, isForged)] = message;
            }

            messages.Add(receiver, message);
        }

        if (attacks)
        {
            _before[at.Exchange] = [.. vectors];
        }

        return messages;
    }

    /// <summary>Why a message cannot be the one of its exchange, or null.</summary>
    /// <param name="sender">Who sent it.</param>
    /// <param name="message">What.</param>
    /// <param name="maxRestart">The last round in which a restart may be announced.</param>
    public string? ObjectionTo(int sender, GraphMessage.VectorsSent message, long maxRestart)
    {
        for (int k = 0; k < message.Restarts.Length; k++)
        {
            if (message.Restarts[k] <= (k == 0 ? -1 : message.Restarts[k - 1]) || message.Restarts[k] > maxRestart)
            {
                return $"it announces a restart in round {message.Restarts[k]}; they must ascend, from 0 to {maxRestart}.";
            }
        }

        if (message.At.Round >= _setup.RoundLimit)
        {
            return message.At.Exchange == 0 && message.Packets.IsEmpty ? null : $"closing round {message.At} carries no vectors, and one exchange.";
        }

        if (message.At.Round < 0 || message.At.Exchange < 0 || message.At.Exchange >= _exchanges.Length)
        {
            return $"there is no exchange {message.At}; a round has {_exchanges.Length}, from 0.";
        }

        ImmutableArray<StreamSpec> streams = _exchanges[message.At.Exchange];
        if (message.Packets.Length != streams.Length)
        {
            return $"it has {message.Packets.Length} vectors; exchange {message.At} has {streams.Length}.";
        }

        for (int s = 0; s < streams.Length; s++)
        {
            Packet? packet = message.Packets[s];
            bool isDue = _plan.WeightFrom(streams[s], message.At.Round, sender) > 0;
            string? objection = (packet is not null) != isDue ? $"it must {(isDue ? "" : "not ")}be there in round {message.At.Round}."
                : packet is null ? null
                : packet.Length != streams[s].Length ? $"its length is {packet.Length}; {streams[s].Length} is needed."
                : packet.Objection();
            if (objection is not null)
            {
                return $"'{streams[s].Name}' of exchange {message.At}: {objection}";
            }
        }

        return null;
    }

    /// <summary>The pulls on what was packed last.</summary>
    /// <param name="at">The exchange.</param>
    /// <param name="received">Messages ascending by sender; of late neighbours, perhaps those of an earlier round.</param>
    public ImmutableArray<FlatVector> Pull(Position at, IReadOnlyList<(int Neighbour, GraphMessage.VectorsSent Message)> received)
    {
        ImmutableArray<StreamSpec> streams = _exchanges[at.Exchange];
        ImmutableArray<FlatVector>.Builder pulls = ImmutableArray.CreateBuilder<FlatVector>(streams.Length);
        (int candidates, int accepted) = at.Exchange == 0 ? (0, 0) : LastCount;
        for (int s = 0; s < streams.Length; s++)
        {
            StreamMixer mixer = _mixers[at.Exchange][s];
            pulls.Add(mixer.Pull(Candidates(received, streams[s], s, at.Round), at.Round));
            candidates += mixer.LastCount.Candidates;
            accepted += mixer.LastCount.Accepted;
        }

        LastCount = (candidates, accepted);
        return pulls.MoveToImmutable();
    }

    /// <summary>The graph has changed.</summary>
    public void Restart()
    {
        foreach (StreamMixer mixer in _byName.Values)
        {
            mixer.Restart();
        }
    }

    /// <summary>Writes what is kept between two rounds.</summary>
    public void Save(SnapshotWriter writer)
    {
        foreach (StreamMixer mixer in _byName.Values)
        {
            mixer.Save(writer);
        }

        foreach (FlatVector before in _before.SelectMany(vectors => vectors))
        {
            writer.WriteVector(before);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public void Restore(SnapshotReader reader)
    {
        foreach (StreamMixer mixer in _byName.Values)
        {
            mixer.Restore(reader);
        }

        for (int e = 0; e < _before.Length; e++)
        {
            for (int s = 0; s < _before[e].Length; s++)
            {
                _before[e][s] = Blocks.VectorCheck.Read(reader, _before[e][s].Length, $"what was sent of '{_exchanges[e][s].Name}'");
            }
        }
    }

    private List<Candidate> Candidates(
        IReadOnlyList<(int Neighbour, GraphMessage.VectorsSent Message)> received, StreamSpec stream, int s, long round)
    {
        List<Candidate> candidates = new(received.Count);
        foreach ((int neighbour, GraphMessage.VectorsSent message) in received)
        {
            if (message.Packets[s] is Packet packet)
            {
                candidates.Add(new Candidate(neighbour, _plan.WeightFrom(stream, round, neighbour), packet.Decode()));
            }
        }

        return candidates;
    }

    private DensePacket Forge(
        Position at, int s, FlatVector honest, int receiver, IReadOnlyList<(int Neighbour, GraphMessage.VectorsSent Message)> benign)
    {
        StreamSpec stream = _exchanges[at.Exchange][s];
        SeededRandom random = new(_setup.Seed, string.Create(CultureInfo.InvariantCulture, $"attack/{stream.Name}/{_index}/{receiver}/{at}"));
        FlatVector? victim = null;
        List<Candidate> known = Candidates(benign, stream, s, at.Round);
        foreach (Candidate candidate in known)
        {
            victim = candidate.Neighbour == receiver ? candidate.Values : victim;
        }

        AttackQuestion question = new(
            honest, _before[at.Exchange][s], known, victim, (double)at.Round / _setup.RoundLimit, random);
        return new DensePacket(_setup.Attack!.Forge(question));
    }
}
