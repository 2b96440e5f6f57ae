using ActorFed.Algorithms.Bilevel.Adbo;
using ActorFed.Algorithms.Bilevel.BlJust;
using ActorFed.Algorithms.Bilevel.FedNest;
using ActorFed.Algorithms.Bilevel.Pbgd;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Federated;
using ActorFed.Algorithms.Federated.AsdSvrg;
using ActorFed.Algorithms.Federated.Split;
using ActorFed.Algorithms.Graph;
using ActorFed.Algorithms.Graph.Compression;
using ActorFed.Algorithms.Graph.Pairs;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Star;
using ActorFed.Algorithms.Trilevel.Afto;

namespace ActorFed.Wire.Tests;

/// <summary>One value per wire name. The files in <c>Golden</c> hold their bytes.</summary>
internal static class Samples
{
    private static readonly FlatVector X = FlatVector.Of(1, -2.5);
    private static readonly FlatVector Y = FlatVector.Of(0.25, 3, -0.0);
    private static readonly FlatVector Z = FlatVector.Of(1e-300);

    public static IReadOnlyDictionary<string, object> All { get; } = Star().Concat(Others()).Concat(Graph()).Concat(Adbo()).Concat(FedNest()).Concat(Penalties()).Concat(Afto()).Concat(Federated()).Concat(Split()).Concat(Pairs()).Concat(AsdSvrg())
        .ToDictionary(sample => sample.Name, sample => sample.Value);

    private static IEnumerable<(string Name, object Value)> Star() =>
    [
        ("star.state-asked.v1", new StarMessage.StateAsked()),
        ("star.nothing-due.v1", new StarMessage.NothingDue()),
        ("star.work-requested.v1", new StarMessage.WorkRequested
        {
            Id = new RequestId(2, 300),
            Previous = new RequestId(1, 299),
            State = new FedNestBody.WorkerState { Upper = X, Lower = Y },
            Work = new FedNestBody.StepUpper(X),
        }),
        ("star.work-reported.v1", new StarMessage.WorkReported { Id = new RequestId(2, 300), Report = new FedNestBody.UpperStepped(X) }),
    ];

    private static IEnumerable<(string Name, object Value)> Others() =>
    [
        ("lifecycle.participant-restarted.v1", new LifecycleMessage.ParticipantRestarted(3)),
        ("lifecycle.participant-stopped.v1", new LifecycleMessage.ParticipantStopped("zu viele Fehler – ☠")),
        ("control.watch-asked.v1", new ControlMessage.WatchAsked()),
        ("control.stop-asked.v1", new ControlMessage.StopAsked("violation 100 by worker-1")),
        ("control.run-ended.v1", new ControlMessage.RunEnded(true, "step limit")),
        ("control.supervised.v1", new ControlMessage.Supervised("Dropped", ParticipantId.Master, "wrong length", ParticipantId.Worker(3))),
        ("control.counted.v1", new ControlMessage.Counted(5, 4096, 1, 0, 2)),
        ("control.observed.v1", new ControlMessage.Observed(new RoundObserved
        {
            Round = 12,
            Heard = [1, 7],
            Staleness = [0, 2],
            Candidates = 2,
            Accepted = 1,
            Measures = [new Measure("upper-objective", -0.5)],
        })),
    ];

    private static IEnumerable<(string Name, object Value)> Graph() =>
    [
        ("graph.vectors-sent.v1", new GraphMessage.VectorsSent
        {
            At = new Position(12, 1),
            Packets =
            [
                new DensePacket(X),
                null,
                new RoundedPacket(FlatVector.Of(0.5, -0.0, 3), NumberFormat.Bfloat16),
                new SparsePacket(1000, [7, 999], FlatVector.Of(0.1f, -2), NumberFormat.Float32),
                new SeededPacket(50, 0xFEDC_BA98_7654_3210, X, NumberFormat.Float64),
                new QuantizedPacket(0.25, 4, [-4, 0, 4, 1, -1], NumberFormat.Float32),
            ],
            Restarts = [20, 300],
        }),
        ("graph.vectors-asked.v1", new GraphMessage.VectorsAsked(new Position(12, 0), 3)),
        ("graph.not-yet.v1", new GraphMessage.NotYet(new Position(11, 1))),
        ("graph.round-stored.v1", new GraphMessage.RoundStored(10)),
        ("graph.edge-seen.v1", new GraphMessage.EdgeSeen(true, 20, 12)),
    ];

    private static IEnumerable<(string Name, object Value)> Adbo() =>
    [
        ("adbo.worker-state.v1", new AdboBody.WorkerState
        {
            Upper = X,
            Lower = Y,
            LowerBefore = Y,
            ConsensusDual = X,
            PlaneDuals = Z,
            PlaneSlopes = [Y],
            Inner = new AdboBody.InnerTrace { Upper = X, Lowers = [Y, Y] },
        }),
        ("adbo.step.v1", new AdboBody.Step { ConsensusDual = X }),
        ("adbo.stepped.v1", new AdboBody.Stepped { Upper = X, Lower = Y, UpperLoss = -0.0 }),
        ("adbo.inner-round.v1", new AdboBody.InnerRound { Upper = X, Consensus = Y, Dual = Y }),
        ("adbo.inner-stepped.v1", new AdboBody.InnerStepped { Lower = Y, LowerLoss = 0.5 }),
        ("adbo.differentiate-plane.v1", new AdboBody.DifferentiatePlane { Consensus = Y, Dual = Y }),
        ("adbo.plane-differentiated.v1", new AdboBody.PlaneDifferentiated(X)),
        ("adbo.planes-updated.v1", new AdboBody.PlanesUpdated
        {
            Dropped = [0, 2, 200],
            Slope = Y,
            PlaneDuals = Z,
            ConsensusDual = X,
            WantsGradients = true,
        }),
        ("adbo.planes-installed.v1", new AdboBody.PlanesInstalled { LowerGradient = Y }),
    ];

    private static IEnumerable<(string Name, object Value)> FedNest() =>
    [
        ("fednest.worker-state.v1", new FedNestBody.WorkerState { Upper = X, Lower = Y }),
        ("fednest.begin-epoch.v1", new FedNestBody.BeginEpoch(X)),
        ("fednest.differentiate-lower.v1", new FedNestBody.DifferentiateLower(Y)),
        ("fednest.lower-differentiated.v1", new FedNestBody.LowerDifferentiated { Gradient = Y, Loss = 0 }),
        ("fednest.step-lower.v1", new FedNestBody.StepLower(Y)),
        ("fednest.lower-stepped.v1", new FedNestBody.LowerStepped(Y)),
        ("fednest.differentiate-upper.v1", new FedNestBody.DifferentiateUpper(Y)),
        ("fednest.upper-differentiated.v1", new FedNestBody.UpperDifferentiated { Gradient = Y, Loss = 7.5 }),
        ("fednest.multiply-hessian.v1", new FedNestBody.MultiplyHessian(Y)),
        ("fednest.hessian-multiplied.v1", new FedNestBody.HessianMultiplied(Y)),
        ("fednest.differentiate-total.v1", new FedNestBody.DifferentiateTotal(Y)),
        ("fednest.total-differentiated.v1", new FedNestBody.TotalDifferentiated(X)),
        ("fednest.step-upper.v1", new FedNestBody.StepUpper(X)),
        ("fednest.upper-stepped.v1", new FedNestBody.UpperStepped(FlatVector.Empty)),
    ];

    private static IEnumerable<(string Name, object Value)> Penalties() =>
    [
        ("pbgd.worker-state.v1", new PbgdBody.WorkerState { Number = 300, Upper = X, Lower = Y }),
        ("pbgd.begin-step.v1", new PbgdBody.BeginStep { Number = 1L << 40, Weight = 0, Upper = X, Lower = Y, Inner = Y }),
        ("pbgd.step-begun.v1", new PbgdBody.StepBegun { Upper = X, Lower = Y, Inner = FlatVector.Empty, UpperLoss = 7.5, LowerLoss = -0.0, InnerLoss = 0 }),
        ("pbgd.differentiate-inner.v1", new PbgdBody.DifferentiateInner(Y)),
        ("pbgd.inner-differentiated.v1", new PbgdBody.InnerDifferentiated(Y)),
        ("pbgd.differentiate-value.v1", new PbgdBody.DifferentiateValue(Y)),
        ("pbgd.value-differentiated.v1", new PbgdBody.ValueDifferentiated(X)),
        ("pbgd.multiply-direction.v1", new PbgdBody.MultiplyDirection(Y)),
        ("pbgd.direction-multiplied.v1", new PbgdBody.DirectionMultiplied { Cross = X, Hessian = Y }),
        ("joint.worker-state.v1", new BlJustBody.WorkerState()),
        ("joint.differentiate.v1", new BlJustBody.Differentiate
        {
            Number = 300,
            Phase = JointPhase.Join,
            Weight = 0.25,
            Shared = Y,
            Head = X,
            Own = Z,
        }),
        ("joint.differentiated.v1", new BlJustBody.Differentiated
        {
            SharedOfSupervised = Y,
            SharedOfUnsupervised = Y,
            Head = X,
            Own = FlatVector.Empty,
            LabelledExamples = 300,
            UnlabelledExamples = 0,
            SupervisedLoss = 2,
            UnsupervisedLoss = 0,
        }),
    ];

    private static IEnumerable<(string Name, object Value)> Afto() =>
    [
        ("afto.worker-state.v1", new AftoBody.WorkerState
        {
            Upper = X,
            Middle = Y,
            Lower = Z,
            ConsensusDual = X,
            PlaneDuals = FlatVector.Of(0.5, 4),
            MiddleSlopes = [Y, Y],
            LowerSlopes = [Z, Z],
            Inner = new AftoBody.InnerTrace { Upper = X, Middle = Y, Lowers = [Z, Z], Middles = [] },
        }),
        ("afto.step.v1", new AftoBody.Step { MasterStep = 1L << 40, PlaneDuals = FlatVector.Empty }),
        ("afto.stepped.v1", new AftoBody.Stepped { Upper = X, Middle = Y, Lower = Z, UpperLoss = 1.5 }),
        ("afto.lower-round.v1", new AftoBody.LowerRound { MasterStep = 0, Upper = X, Middle = Y, Consensus = Z, Dual = Z }),
        ("afto.lower-stepped.v1", new AftoBody.LowerStepped { Lower = Z, LowerLoss = 2 }),
        ("afto.differentiate-lower.v1", new AftoBody.DifferentiateLower { MasterStep = 9 }),
        ("afto.lower-differentiated.v1", new AftoBody.LowerDifferentiated(X, Y)),
        ("afto.middle-round.v1", new AftoBody.MiddleRound { MasterStep = 9, Consensus = Y, Dual = Y }),
        ("afto.middle-stepped.v1", new AftoBody.MiddleStepped { Middle = Y, MiddleLoss = -8 }),
        ("afto.differentiate-middle.v1", new AftoBody.DifferentiateMiddle { MasterStep = 9 }),
        ("afto.middle-differentiated.v1", new AftoBody.MiddleDifferentiated(X, Z)),
        ("afto.planes-updated.v1", new AftoBody.PlanesUpdated
        {
            MasterStep = 9,
            Dropped = [],
            MiddleSlope = Y,
            LowerSlope = Z,
            PlaneDuals = FlatVector.Of(0.5),
            ConsensusDual = X,
            WantsGradients = false,
        }),
        ("afto.planes-installed.v1", new AftoBody.PlanesInstalled(new AftoBody.UpperGradients(X, Y, Z))),
    ];

    private static IEnumerable<(string Name, object Value)> Federated() =>
    [
        ("federated.worker-state.v1", new FederatedBody.WorkerState()),
        ("federated.train.v1", new FederatedBody.Train { Number = 1L << 40, Model = X }),
        ("federated.trained.v1", new FederatedBody.Trained { Result = Y, Examples = 300, Loss = 0 }),
        ("federated.train-composite.v1", new FederatedBody.TrainComposite { Number = 1L << 40, Model = X, Elapsed = 0.5 }),
        ("federated.trained-composite.v1", new FederatedBody.TrainedComposite { Result = Y, Examples = 300, Loss = 0, Steps = 7 }),
    ];

    private static IEnumerable<(string Name, object Value)> Split() =>
    [
        ("split.worker-state.v1", new SplitBody.WorkerState { Number = -1, ClientPart = FlatVector.Empty }),
        ("split.activate.v1", new SplitBody.Activate { Number = 1L << 40, ClientPart = X }),
        ("split.raw-activated.v1", new SplitBody.RawActivated
        {
            Examples = 300,
            Labels = null,
            Targets = X,
            Activations = new RoundedPacket(FlatVector.Of(0.1, 2, -3, 4), NumberFormat.Float64),
        }),
        ("split.quantized-activated.v1", new SplitBody.QuantizedActivated
        {
            Examples = 300,
            Labels = PackedCodes.Of([9, 0, 3], 10),
            Targets = FlatVector.Empty,
            Activations = new QuantizedActivations(
                3, 8, 2, new RoundedPacket(FlatVector.Of(0.5f, -0.1f, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11), NumberFormat.Float32), PackedCodes.Of([2, 0, 1, 1, 0, 2, 2, 2, 0, 0, 1, 2], 3)),
        }),
        ("split.pull-back.v1", new SplitBody.PullBack(new RoundedPacket(FlatVector.Of(0.5f, -0.1f), NumberFormat.Float32))),
        ("split.pulled-back.v1", new SplitBody.PulledBack { Gradient = new RoundedPacket(FlatVector.Of(0.25, 3, -0.0), NumberFormat.Float32), Distortion = 0 }),
    ];

    private static IEnumerable<(string Name, object Value)> Pairs() =>
    [
        ("pairs.proposed.v1", new PairMessage.Proposed
        {
            Exchange = 1L << 40,
            Side = new PairSide { Slope = X, Gram = FlatVector.Of(1, 0.5, 0.5, 4), Lipschitz = 2.5, Value = Z },
        }),
        ("pairs.decided.v1", new PairMessage.Decided { Exchange = 300, Answer = new PairAnswer { Step = 0, Multiplier = X, Move = Z } }),
        ("pairs.block-moved.v1", new PairMessage.BlockMoved { Block = 3, Version = 300, Values = Y }),
        ("pairs.block-asked.v1", new PairMessage.BlockAsked(299)),
        ("pairs.proposal-asked.v1", new PairMessage.ProposalAsked(300)),
        ("pairs.not-yet.v1", new PairMessage.NotYet(300)),
        ("pairs.finished.v1", new PairMessage.Finished(3, 2)),
    ];

    private static IEnumerable<(string Name, object Value)> AsdSvrg() =>
    [
        ("asdsvrg.worker-state.v1", new AsdSvrgBody.WorkerState(X)),
        ("asdsvrg.take-snapshot.v1", new AsdSvrgBody.TakeSnapshot(X)),
        ("asdsvrg.snapshot-taken.v1", new AsdSvrgBody.SnapshotTaken { Gradient = X, Loss = 0, Lipschitz = 2.5 }),
        ("asdsvrg.differentiate.v1", new AsdSvrgBody.Differentiate(300, X)),
        ("asdsvrg.differentiated.v1", new AsdSvrgBody.Differentiated(X)),
    ];
}
