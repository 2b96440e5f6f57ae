using System.Collections.Immutable;
using ActorFed.Algorithms.Bilevel.Adbo;
using ActorFed.Algorithms.Bilevel.BlJust;
using ActorFed.Algorithms.Bilevel.FedNest;
using ActorFed.Algorithms.Bilevel.Pbgd;
using ActorFed.Algorithms.Decentralized.C2dfb;
using ActorFed.Algorithms.Decentralized.CoupledCd;
using ActorFed.Algorithms.Decentralized.Dsgd;
using ActorFed.Algorithms.Decentralized.Dsoba;
using ActorFed.Algorithms.Decentralized.Sparkle;
using ActorFed.Algorithms.Decentralized.Suda;
using ActorFed.Algorithms.Federated.AsdSvrg;
using ActorFed.Algorithms.Federated.Composite.FedDualAvg;
using ActorFed.Algorithms.Federated.Composite.FedMid;
using ActorFed.Algorithms.Federated.Composite.FedSubgradient;
using ActorFed.Algorithms.Federated.Fadas;
using ActorFed.Algorithms.Federated.FedAsync;
using ActorFed.Algorithms.Federated.FedBuff;
using ActorFed.Algorithms.Federated.FedOpt;
using ActorFed.Algorithms.Federated.Split;
using ActorFed.Algorithms.Trilevel.Afto;

namespace ActorFed.Algorithms;

/// <summary>The one list that a new algorithm joins.</summary>
public static class AlgorithmCatalog
{
    /// <summary>All algorithms.</summary>
    public static ImmutableArray<IAlgorithm> All { get; } =
    [
        new AdboAlgorithm(), new FedNestAlgorithm(), new PbgdAlgorithm(), new BlJustAlgorithm(), new AftoAlgorithm(),
        new FedOptAlgorithm(), new FedBuffAlgorithm(), new FedAsyncAlgorithm(), new FadasAlgorithm(),
        new FedDualAvgAlgorithm(), new FedMidAlgorithm(), new FedSubgradientAlgorithm(),
        new SplitFedAlgorithm(), new FedLiteAlgorithm(),
        new AsdSvrgAlgorithm(),
        new DsgdAlgorithm(), new SudaAlgorithm(), new DsobaAlgorithm(), new SparkleAlgorithm(), new C2dfbAlgorithm(),
        new CoupledCdAlgorithm(),
    ];
}
