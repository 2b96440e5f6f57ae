using System.Collections.Immutable;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Numerics;
using Xunit;

namespace ActorFed.Algorithms.Tests.Graph;

/// <summary>A real neighbour over the toy rule, spoken to message by message.</summary>
internal sealed class NeighbourProbe
{
    public NeighbourProbe(GraphSetup setup, int index = 0, ToyGraphRule? rule = null, int incarnation = 1, Snapshot? resumeFrom = null)
    {
        Neighbours = setup.Lower.SendersTo(index);
        Rule = rule ?? new ToyGraphRule(start: index);
        Neighbour = new GraphNeighbour(Rule, setup, index, incarnation, resumeFrom);
        Call(Neighbour.Start);
    }

    public GraphNeighbour Neighbour { get; }

    public ToyGraphRule Rule { get; }

    public ImmutableArray<int> Neighbours { get; }

    /// <summary>Effects of the last call that went well.</summary>
    public IReadOnlyList<Effect> Effects { get; private set; } = [];

    public (int To, Message Message)[] Sent =>
        [.. Effects.Where(effect => effect.Kind == EffectKind.Send).Select(effect => (effect.Target.Index, (Message)effect.Payload!))];

    public IEnumerable<Observation> Observations => Effects.Where(effect => effect.Kind == EffectKind.Observe).Select(effect => (Observation)effect.Payload!);

    public IEnumerable<(int Neighbour, EdgeChange Change)> Changes => Observations.OfType<EdgeObserved>().Select(edge => (edge.Neighbour, edge.Change));

    public bool HasCompleted => Effects.Any(effect => effect.Kind == EffectKind.Complete);

    public string? Failure => (string?)Effects.FirstOrDefault(effect => effect.Kind == EffectKind.Fail).Payload;

    public bool HasSaved => Effects.Any(effect => effect.Kind == EffectKind.Save);

    public long Round => (long)Entry("round")[0];

    public static GraphMessage.VectorsSent Vectors(long round, double value, int exchange = 0, params ImmutableArray<long> restarts) => new()
    {
        At = new Position(round, exchange),
        Packets = [new DensePacket(FlatVector.Of(value))],
        Restarts = restarts.IsDefault ? [] : restarts,
    };

    public static GraphMessage.VectorsSent Closing(long round) => new() { At = new Position(round, 0), Packets = [], Restarts = [] };

    public FlatVector Entry(string name) => Neighbour.Inspect().Single(entry => entry.Name == name).Values;

    /// <summary>What the last call sent to a neighbour, of one kind.</summary>
    public T[] To<T>(int neighbour) => [.. Sent.Where(sent => sent.To == neighbour).Select(sent => sent.Message).OfType<T>()];

    public NeighbourProbe Receive(int sender, Message message) =>
        Call(outbox => Neighbour.Receive(new ParticipantId(Role.Neighbour, sender), message, outbox));

    /// <summary>The restarts that the last call told a neighbour of.</summary>
    public long[] Announced(int neighbour) => [.. To<GraphMessage.VectorsSent>(neighbour).Single().Restarts];

    /// <summary>These neighbours send their vectors of these rounds, always 1; all of them where none are named.</summary>
    public NeighbourProbe MakeRounds(long from, long until, params ImmutableArray<int> of)
    {
        for (long round = from; round < until; round++)
        {
            foreach (int j in of.IsDefaultOrEmpty ? Neighbours : of)
            {
                Receive(j, Vectors(round, 1));
            }
        }

        return this;
    }

    /// <summary>Looks for silent neighbours.</summary>
    public NeighbourProbe Scan(int times = 1)
    {
        for (int i = 0; i < times; i++)
        {
            Call(outbox => Neighbour.TimerElapsed("ask-again", outbox));
        }

        return this;
    }

    public NeighbourProbe GoOn() => Call(outbox => Neighbour.TimerElapsed("go-on", outbox));

    public void Rejects(ParticipantId sender, Message message, string expected)
    {
        StateEntry[] before = [.. Neighbour.Inspect()];
        Outbox outbox = new();

        ProtocolViolationException violation = Assert.Throws<ProtocolViolationException>(() => Neighbour.Receive(sender, message, outbox));

        Assert.Contains(expected, violation.Message, StringComparison.Ordinal);
        Assert.Empty(outbox.Effects);
        Assert.Equal(before, Neighbour.Inspect());
    }

    private NeighbourProbe Call(Action<Outbox> call)
    {
        Outbox outbox = new();
        call(outbox);
        Effects = [.. outbox.Effects];
        return this;
    }
}
