using System.Collections.Immutable;
using ActorFed.Algorithms;
using ActorFed.Algorithms.Bilevel.FedNest;
using ActorFed.Algorithms.Core;
using ActorFed.Algorithms.Numerics;
using ActorFed.Algorithms.Oracles;
using ActorFed.Problems;
using ActorFed.Tensors;

namespace ActorFed.Host.Tests.Plugins;

/// <summary>What the small plug-ins of the tests are made of: each class here is the base of one that <see cref="TinyPlugin"/> writes.</summary>
public static class PluginCases
{
    public sealed record Settings
    {
        public int Width { get; init; } = 2;

        public TimeSpan Pause { get; init; } = TimeSpan.FromMilliseconds(1500);

        public ImmutableArray<double> Weights { get; init; } = [0.5, 2];

        public ImmutableArray<double> Offsets { get; init; }

        public string? Label { get; init; }

        public Part Inner { get; init; } = new();

        public sealed record Part
        {
            public DayOfWeek Day { get; init; } = DayOfWeek.Monday;

            public bool IsOn { get; init; }
        }
    }

    public sealed record RequiredSettings
    {
        public required int Width { get; init; }
    }

    public sealed record UnknownSettings
    {
        public decimal Width { get; init; }
    }

    /// <summary>A problem without faults; the cases change one thing each.</summary>
    public class Sound : IProblemPlugin
    {
        public virtual ProblemEntry Entry => new("tiny", "a problem of the tests", SettingsType, NeedsData: false, (options, _, workers, _) => Make(options, workers), Levels);

        protected virtual Type SettingsType => typeof(Settings);

        protected virtual int Levels => 2;

        protected virtual LevelLoss<double> Upper => levels => levels[0][0].Square().Sum() + levels[1][0].Square().Sum();

        protected virtual IProblem Make(object options, int workers) => new TensorBilevelProblem<double>
        {
            Name = "tiny",
            ShardCount = workers,
            Upper = new TensorLevel<double> { Layout = new ParameterLayout([2]), Loss = _ => Upper },
            Lower = new TensorLevel<double>
            {
                Layout = new ParameterLayout([2]),
                Loss = _ => levels => (levels[1][0] - levels[0][0] - 1.0).Square().Sum(),
            },
        };
    }

    public class SettingsMustBeGiven : Sound
    {
        protected override Type SettingsType => typeof(RequiredSettings);
    }

    public class SettingsOfUnknownType : Sound
    {
        protected override Type SettingsType => typeof(UnknownSettings);
    }

    public class NoEntry : Sound
    {
        public override ProblemEntry Entry => null!;
    }

    public class EntryThrows : Sound
    {
        public override ProblemEntry Entry => throw new InvalidOperationException("the entry is out of order");
    }

    public class ConstructorThrows : Sound
    {
        public ConstructorThrows() => throw new InvalidOperationException("the constructor is out of order");
    }

    public class TakesAName : Sound
    {
        public override ProblemEntry Entry => base.Entry with { Name = "quadratic" };
    }

    public class TakesAKey : Sound
    {
        public override ProblemEntry Entry => base.Entry with { Name = "stop" };
    }

    public class HasABadName : Sound
    {
        public override ProblemEntry Entry => base.Entry with { Name = "My Problem" };
    }

    public class HasFiveLevels : Sound
    {
        protected override int Levels => 5;
    }

    public class IsOfAnotherKind : Sound
    {
        protected override int Levels => 3;
    }

    public class CannotBeMade : Sound
    {
        protected override IProblem Make(object options, int workers) => throw new InvalidOperationException("it cannot be made");
    }

    public class HasAShardTooMany : Sound
    {
        protected override IProblem Make(object options, int workers) => base.Make(options, workers + 1);
    }

    public class LossThrows : Sound
    {
        protected override LevelLoss<double> Upper => _ => throw new KeyNotFoundException("no such row");
    }

    public class LossIsAVector : Sound
    {
        protected override LevelLoss<double> Upper => levels => levels[1][0].Square();
    }

    public class LossIsNotFinite : Sound
    {
        protected override LevelLoss<double> Upper => levels => levels[1][0].Log().Sum();
    }

    public class LossHasUnequalShapes : Sound
    {
        protected override LevelLoss<double> Upper => levels => levels[0][0].MatMul(levels[1][0]).Sum();
    }

    public class StartIsTooLong : Sound
    {
        protected override IProblem Make(object options, int workers) => new LyingProblem((IBilevelProblem)base.Make(options, workers));
    }

    /// <summary>Says that its upper variable is shorter than it is.</summary>
    private sealed class LyingProblem(IBilevelProblem inner) : IBilevelProblem
    {
        public int UpperLength => 1;

        public int LowerLength => inner.LowerLength;

        public int ShardCount => inner.ShardCount;

        public IBilevelOracle CreateOracle(int shard) => inner.CreateOracle(shard);

        public FlatVector InitialUpper(SeededRandom random) => inner.InitialUpper(random);

        public FlatVector InitialLower(SeededRandom random) => inner.InitialLower(random);

        public ImmutableArray<Measure> Evaluate(FlatVector upper, FlatVector lower) => [];
    }

    public sealed record AlgorithmSettings
    {
        public double Step { get; init; } = 0.25;
    }

    /// <summary>FedNest under another name, with one setting.</summary>
    public class OwnAlgorithm : IAlgorithm
    {
        private readonly FedNestAlgorithm _inner = new();

        public string Name => "tiny-nest";

        public string Summary => "an algorithm of the tests";

        public Type OptionsType => typeof(AlgorithmSettings);

        public bool IsSynchronous => true;

        public bool MeasuresGap(object options) => true;

        public IParticipant Create(AlgorithmSetup setup, object options, ParticipantId id, int incarnation, Snapshot? resumeFrom)
        {
            double step = ((AlgorithmSettings)options).Step;
            return _inner.Create(setup, new FedNestOptions { StepLower = step, NeumannStep = step, StepUpper = step }, id, incarnation, resumeFrom);
        }
    }

    /// <summary>Gradient descent for problems of one level: FedNest on a problem whose upper variable is empty.</summary>
    public class OneLevelAlgorithm : IAlgorithm
    {
        private readonly FedNestAlgorithm _inner = new();

        public string Name => "tiny-descent";

        public string Summary => "an algorithm of the tests for one level";

        public Type OptionsType => typeof(AlgorithmSettings);

        public bool IsSynchronous => true;

        public int Levels => 1;

        public bool MeasuresGap(object options) => true;

        public IParticipant Create(AlgorithmSetup setup, object options, ParticipantId id, int incarnation, Snapshot? resumeFrom) => _inner.Create(
            setup with { Problem = new WithoutUpper(setup.LossProblem) },
            new FedNestOptions { StepLower = ((AlgorithmSettings)options).Step, NeumannStep = 0.25, StepUpper = 0.25, LowerLocalSteps = 1 },
            id,
            incarnation,
            resumeFrom);
    }

    /// <summary>A problem of one level as one of two.</summary>
    private sealed class WithoutUpper(ILossProblem problem) : IBilevelProblem
    {
        public int UpperLength => 0;

        public int LowerLength => problem.Length;

        public int ShardCount => problem.ShardCount;

        public IBilevelOracle CreateOracle(int shard) => new Oracle(problem.CreateOracle(shard));

        public FlatVector InitialUpper(SeededRandom random) => FlatVector.Empty;

        public FlatVector InitialLower(SeededRandom random) => problem.Initial(random);

        public ImmutableArray<Measure> Evaluate(FlatVector upper, FlatVector lower) => problem.Evaluate(lower);

        private sealed class Oracle(ILossOracle loss) : IBilevelOracle
        {
            public int UpperLength => 0;

            public int LowerLength => loss.Length;

            public bool UpperLossDependsOnUpper => false;

            public double UpperLoss(ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, Span<double> upperGradient, Span<double> lowerGradient) =>
                loss.Loss(lower, [], lowerGradient);

            public double LowerLoss(ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, Span<double> upperGradient, Span<double> lowerGradient) =>
                loss.Loss(lower, [], lowerGradient);

            public void LowerHessianProduct(
                ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, ReadOnlySpan<double> direction, Span<double> product) => direction.CopyTo(product);

            public void LowerCrossProduct(
                ReadOnlySpan<double> upper, ReadOnlySpan<double> lower, ReadOnlySpan<double> direction, Span<double> product)
            {
            }
        }
    }

    /// <summary>A problem of one level.</summary>
    public class SoundOneLevel : IProblemPlugin
    {
        public ProblemEntry Entry => new("tiny", "a problem of the tests", typeof(Settings), NeedsData: false, (_, _, workers, _) => Make(workers), Levels: 1);

        protected virtual IProblem Make(int workers) => new SingleLevelQuadratic(new SingleLevelQuadraticOptions(), workers, 1);
    }

    public class SaysOneLevelAndHasTwo : SoundOneLevel
    {
        protected override IProblem Make(int workers) => new QuadraticProblem(new QuadraticOptions(), workers, 1);
    }

    public class OneLevelStartsTooLong : SoundOneLevel
    {
        protected override IProblem Make(int workers) => new LongStart(base.Make(workers));

        private sealed class LongStart(IProblem inner) : ILossProblem
        {
            private readonly ILossProblem _inner = (ILossProblem)inner;

            public int Length => _inner.Length;

            public int ShardCount => _inner.ShardCount;

            public ILossOracle CreateOracle(int shard, DataPoisoning poisoning) => _inner.CreateOracle(shard, poisoning);

            public FlatVector Initial(SeededRandom random) => FlatVector.Zeros(Length + 1);

            public ImmutableArray<Measure> Evaluate(FlatVector point) => [];
        }
    }
}
