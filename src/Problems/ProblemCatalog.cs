using System.Collections.Immutable;
using ActorFed.Algorithms.Oracles;
using ActorFed.Problems.Data;

namespace ActorFed.Problems;

/// <summary>A problem as the catalogue knows it.</summary>
/// <param name="Name">Its name in experiments; also the section its settings stand in.</param>
/// <param name="Summary">What it is, in one line.</param>
/// <param name="OptionsType">The type of its settings.</param>
/// <param name="NeedsData">Whether it is made over a data set.</param>
/// <param name="Create">Makes it from its settings, the sharded data (null when it needs none), the number of workers and the seed.</param>
/// <param name="Levels">Its levels: an algorithm solves problems of as many as it says.</param>
/// <param name="HasTargets">Whether its data set has targets (<see cref="ShardedRegression"/>) and no labels (<see cref="ShardedData"/>).</param>
/// <param name="HasText">Whether its data set is a text, cut into windows (<see cref="TextWindows"/>).</param>
/// <param name="IsCoupled">Whether it is an <see cref="ICoupledProblem"/>, of one level, whose variable is cut into blocks: algorithms say whether they solve such.</param>
public sealed record ProblemEntry(
    string Name, string Summary, Type OptionsType, bool NeedsData, Func<object, ShardedSet?, int, ulong, IProblem> Create, int Levels = 2,
    bool HasTargets = false, bool HasText = false, bool IsCoupled = false);

/// <summary>The one list that a new problem joins.</summary>
public static class ProblemCatalog
{
    /// <summary>All problems.</summary>
    public static ImmutableArray<ProblemEntry> All { get; } =
    [
        new(
            "hyper-cleaning", "learn a weight per training sample, some of them mislabelled (linear softmax)",
            typeof(HyperCleaningOptions), NeedsData: true,
            (options, data, _, _) => new HyperCleaning((ShardedData)data!, (HyperCleaningOptions)options)),
        new(
            "regularization-selection", "learn a regularisation coefficient per feature (linear softmax)",
            typeof(RegularizationSelectionOptions), NeedsData: true,
            (options, data, _, _) => new RegularizationSelection((ShardedData)data!, (RegularizationSelectionOptions)options)),
        new(
            "mlp-hyper-cleaning", "learn a weight per training sample, some of them mislabelled (network with a hidden layer)",
            typeof(MlpHyperCleaningOptions), NeedsData: true,
            (options, data, _, _) => MlpHyperCleaning.Create((ShardedData)data!, (MlpHyperCleaningOptions)options)),
        new(
            "hyper-representation", "learn a representation on which a trained linear head does well (network with a hidden layer)",
            typeof(HyperRepresentationOptions), NeedsData: true,
            (options, data, _, _) => HyperRepresentation.Create((ShardedData)data!, (HyperRepresentationOptions)options)),
        new(
            "joint-training", "learn a representation for two losses at once: classes of the few labelled rows, and reconstruction of all",
            typeof(JointTrainingOptions), NeedsData: true,
            (options, data, _, _) => new JointTraining((ShardedData)data!, (JointTrainingOptions)options)),
        new(
            "quadratic", "random quadratic levels with a closed-form solution",
            typeof(QuadraticOptions), NeedsData: false,
            (options, _, workers, seed) => new QuadraticProblem((QuadraticOptions)options, workers, seed)),
        new(
            "trilevel-quadratic", "three random quadratic levels with a closed-form solution",
            typeof(TrilevelQuadraticOptions), NeedsData: false,
            (options, _, workers, seed) => new TrilevelQuadraticProblem((TrilevelQuadraticOptions)options, workers, seed),
            Levels: 3),
        new(
            "robust-regression", "learn the penalty of a network that is trained under the worst noise on its inputs (regression)",
            typeof(RobustRegressionOptions), NeedsData: true,
            (options, data, _, seed) => RobustRegression.Create((ShardedRegression)data!, (RobustRegressionOptions)options, seed),
            Levels: 3, HasTargets: true),
        new(
            "domain-adaptation", "weigh images of another domain for the pre-training of a network (convolutional network)",
            typeof(DomainAdaptationOptions), NeedsData: true,
            (options, data, _, seed) => DomainAdaptation.Create((ShardedData)data!, (DomainAdaptationOptions)options, seed),
            Levels: 3),
        new(
            "regression-regularization", "learn the penalty of a network: robust-regression without the noise (regression)",
            typeof(RegressionRegularizationOptions), NeedsData: true,
            (options, data, _, seed) => RegressionRegularization.Create((ShardedRegression)data!, (RegressionRegularizationOptions)options, seed),
            HasTargets: true),
        new(
            "ridge-tuning", "learn a ridge penalty per feature (multinomial logistic regression on sparse rows, such as words)",
            typeof(RidgeTuningOptions), NeedsData: true,
            (options, data, _, _) => new RidgeTuning((ShardedData)data!, (RidgeTuningOptions)options)),
        new(
            "policy-evaluation", "learn the values of a random Markov reward process from private rewards, with a closed-form solution",
            typeof(PolicyEvaluationOptions), NeedsData: false,
            (options, _, workers, seed) => new PolicyEvaluation((PolicyEvaluationOptions)options, workers, seed)),
        new(
            "classification", "train a classifier (linear softmax, network with a hidden layer, or convolutional network)",
            typeof(ClassificationOptions), NeedsData: true,
            (options, data, _, seed) => Classification.Create((ShardedData)data!, (ClassificationOptions)options, seed),
            Levels: 1),
        new(
            "logistic-regression", "logistic regression of two classes (sparse rows)",
            typeof(LogisticRegressionOptions), NeedsData: true,
            (options, data, _, seed) => LogisticRegression.Create((ShardedData)data!, (LogisticRegressionOptions)options, seed),
            Levels: 1),
        new(
            "single-level-quadratic", "a random quadratic loss per shard, the minimum of whose mean is known",
            typeof(SingleLevelQuadraticOptions), NeedsData: false,
            (options, _, workers, seed) => new SingleLevelQuadratic((SingleLevelQuadraticOptions)options, workers, seed),
            Levels: 1),
        new(
            "sparse-regression", "find sparse coefficients that are known, by least squares on generated rows (federated LASSO)",
            typeof(SparseRegressionOptions), NeedsData: false,
            (options, _, workers, seed) => SparseRegression.Create((SparseRegressionOptions)options, workers, seed),
            Levels: 1),
        new(
            "low-rank-regression", "find a matrix of low rank that is known, by least squares on generated rows",
            typeof(LowRankRegressionOptions), NeedsData: false,
            (options, _, workers, seed) => LowRankRegression.Create((LowRankRegressionOptions)options, workers, seed),
            Levels: 1),
        new(
            "ridge-regression", "ridge regression on generated rows, one shard's features of another scale, whose solution is known",
            typeof(RidgeRegressionOptions), NeedsData: false,
            (options, _, workers, seed) => new RidgeRegression((RidgeRegressionOptions)options, workers, seed),
            Levels: 1),
        new(
            "coupled-quadratic", "a random quadratic over blocks that linear constraints couple, whose solution is known (such as sharing a resource)",
            typeof(CoupledQuadraticOptions), NeedsData: false,
            (options, _, workers, seed) => new CoupledQuadratic((CoupledQuadraticOptions)options, workers, seed),
            Levels: 1, IsCoupled: true),
        new(
            "character-model", "predict the next character of a text (embedding and a network with a hidden layer)",
            typeof(CharacterModelOptions), NeedsData: true,
            (options, data, _, seed) => CharacterModel.Create((ShardedData)data!, (CharacterModelOptions)options, seed),
            Levels: 1, HasText: true),
    ];
}
