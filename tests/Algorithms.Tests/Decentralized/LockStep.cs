using System.Collections.Immutable;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Graph.Topologies;
using ActorFed.Algorithms.Numerics;
using Xunit;

namespace ActorFed.Algorithms.Tests.Decentralized;

/// <summary>Rules in real neighbours whose messages arrive at once and in order; what each rule holds after each round is kept.</summary>
internal sealed class LockStep
{
    private readonly GraphSetup _setup;
    private readonly Func<int, IGraphRule> _create;
    private readonly GraphNeighbour[] _neighbours;
    private readonly Queue<(int From, ParticipantId To, Message Message)> _messages = new();
    private readonly Queue<(int From, ParticipantId To, Message Message)> _late = new(); // delivered when there are no others
    private readonly int? _slow;
    private readonly long[] _roundsMade;
    private int _ended;

    private LockStep(GraphSetup setup, Func<int, IGraphRule> create, int? slow)
    {
        (_setup, _create, _slow) = (setup, create, slow);
        Rules = new IGraphRule[setup.Lower.Count];
        _roundsMade = new long[Rules.Length];
        States = [.. Enumerable.Range(0, (int)setup.RoundLimit).Select(_ => new Dictionary<string, FlatVector>[Rules.Length])];
        _neighbours = [.. Enumerable.Range(0, Rules.Length).Select(i => Make(i, 1, null))];
    }

    /// <summary>The rules.</summary>
    public IGraphRule[] Rules { get; }

    /// <summary>How often a rule was told that the graph has changed.</summary>
    public int Restarts { get; private set; }

    /// <summary>State entries by round from 0, participant and name.</summary>
    public Dictionary<string, FlatVector>[][] States { get; }

    /// <summary>The copies of a variable at the end.</summary>
    public FlatVector[] Last(string name) => [.. States[^1].Select(state => state[name])];

    /// <summary>Plays all rounds.</summary>
    /// <param name="setup">What the neighbours agree on.</param>
    /// <param name="create">The rule of a participant, at its starting point.</param>
    /// <param name="rebuild">A participant that is lost once it has made as many rounds, and rebuilt from its snapshot.</param>
    /// <param name="cut">Two neighbours that are told, once the first one has made as many rounds, that the other is gone.</param>
    /// <param name="slow">A participant that is always behind: whatever does not need it comes first.</param>
    public static LockStep Play(
        GraphSetup setup, Func<int, IGraphRule> create, (int Participant, long Rounds)? rebuild = null, (int First, int Second, long Rounds)? cut = null, int? slow = null)
    {
        LockStep run = new(setup, create, slow);
        for (int i = 0; i < run._neighbours.Length; i++)
        {
            run.Call(i, run._neighbours[i].Start);
        }

        while (run._messages.TryDequeue(out (int From, ParticipantId To, Message Message) item) || run._late.TryDequeue(out item))
        {
            int to = item.To.Index;
            run.Call(to, outbox => run._neighbours[to].Receive(new ParticipantId(Role.Neighbour, item.From), item.Message, outbox));
            if (rebuild is var (lost, rounds) && run._roundsMade[lost] == rounds)
            {
                rebuild = null;
                run._neighbours[lost] = run.Make(lost, 2, run._neighbours[lost].TakeSnapshot());
                run.Call(lost, run._neighbours[lost].Start);
            }

            if (cut is var (first, second, before) && run._roundsMade[first] == before)
            {
                cut = null;
                run._messages.Enqueue((second, new ParticipantId(Role.Neighbour, first), new LifecycleMessage.ParticipantStopped("told so by a test")));
                run._messages.Enqueue((first, new ParticipantId(Role.Neighbour, second), new LifecycleMessage.ParticipantStopped("told so by a test")));
            }
        }

        Assert.Equal(run._neighbours.Length, run._ended);
        Assert.Null(rebuild);
        Assert.Null(cut);
        return run;
    }

    /// <summary>Settings with the same graph for every level.</summary>
    public static GraphSetup On(MixingMatrix matrix, long rounds)
    {
        StaticTopology topology = new("test", matrix);
        return new GraphSetup { Lower = topology, Upper = topology, Auxiliary = topology, RoundLimit = rounds, Seed = 3 };
    }

    /// <summary>A ring of n ≥ 3 whose participants keep a share of themselves.</summary>
    public static MixingMatrix Ring(int n, double self) => new([.. Enumerable.Range(0, n).Select(i =>
        (IReadOnlyList<Weight>)[new Weight((i + 1) % n, (1 - self) / 2), new Weight((i + n - 1) % n, (1 - self) / 2)])]);

    /// <summary>Everyone with everyone, at equal weights.</summary>
    public static MixingMatrix Complete(int n) => new([.. Enumerable.Range(0, n).Select(i =>
        (IReadOnlyList<Weight>)[.. Enumerable.Range(0, n).Where(j => j != i).Select(j => new Weight(j, 1.0 / n))])]);

    private GraphNeighbour Make(int i, int incarnation, Snapshot? snapshot)
    {
        Rules[i] = _create(i);
        WatchedRule watched = new(Rules[i], round =>
        {
            States[round][i] = Rules[i].Inspect().ToDictionary(entry => entry.Name, entry => entry.Values);
            _roundsMade[i] = round + 1;
        }, () => Restarts++);
        return new GraphNeighbour(watched, _setup, i, incarnation, snapshot);
    }

    private void Call(int i, Action<Outbox> call)
    {
        Outbox outbox = new();
        call(outbox);
        foreach (Effect effect in outbox.Effects)
        {
            if (effect is { Kind: EffectKind.Send, Payload: Message message })
            {
                (effect.Target.Index == _slow ? _late : _messages).Enqueue((i, effect.Target, message));
            }

            Assert.NotEqual(EffectKind.Fail, effect.Kind);
            if (effect.Kind == EffectKind.Complete)
            {
                Assert.All(_roundsMade, made => Assert.Equal(_setup.RoundLimit, made)); // the first one ends a run
                _ended++;
            }
        }
    }

    private sealed class WatchedRule(IGraphRule rule, Action<long> onRound, Action onRestart) : IGraphRule
    {
        public ImmutableArray<ImmutableArray<StreamSpec>> Exchanges => rule.Exchanges;

        public ImmutableArray<Measure> Measures => rule.Measures;

        public FlatVector Upper => rule.Upper;

        public FlatVector Lower => rule.Lower;

        public ImmutableArray<FlatVector> Prepare(long round, int exchange) => rule.Prepare(round, exchange);

        public void Absorb(long round, int exchange, ImmutableArray<FlatVector> pulls)
        {
            rule.Absorb(round, exchange, pulls);
            if (exchange == Exchanges.Length - 1)
            {
                onRound(round);
            }
        }

        public void Restart()
        {
            onRestart();
            rule.Restart();
        }

        public double LossOf(StreamSpec stream, FlatVector candidate) => rule.LossOf(stream, candidate);

        public void Save(SnapshotWriter writer) => rule.Save(writer);

        public void Restore(SnapshotReader reader) => rule.Restore(reader);

        public IEnumerable<StateEntry> Inspect() => rule.Inspect();
    }
}
