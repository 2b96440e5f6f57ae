using System.Collections.Immutable;
using ActorFed.Algorithms.Federated;
using P = ActorFed.Wire.V1.Federated;

namespace ActorFed.Wire.Formats;

/// <summary>proto/actorfed/v1/federated.proto</summary>
internal static class FederatedFormats
{
    public static ImmutableArray<WireFormat> All { get; } =
    [
        ProtoFormat.Of<FederatedBody.WorkerState, P.WorkerState>("federated.worker-state.v1", _ => new(), _ => new()),
        ProtoFormat.Of<FederatedBody.Train, P.Train>(
            "federated.train.v1",
            train => new() { Number = train.Number, Model = Fields.Write(train.Model) },
            train => new() { Number = train.Number, Model = Fields.Read(train.Model) }),
        ProtoFormat.Of<FederatedBody.Trained, P.Trained>(
            "federated.trained.v1",
            trained => new() { Result = Fields.Write(trained.Result), Examples = trained.Examples, Loss = trained.Loss },
            trained => new()
            {
                Result = Fields.Read(trained.Result),
                Examples = trained.Examples,
                Loss = Fields.Read(trained.HasLoss, trained.Loss),
            }),
        ProtoFormat.Of<FederatedBody.TrainComposite, P.TrainComposite>(
            "federated.train-composite.v1",
            train => new() { Number = train.Number, Model = Fields.Write(train.Model), Elapsed = train.Elapsed },
            train => new() { Number = train.Number, Model = Fields.Read(train.Model), Elapsed = Fields.Read(train.HasElapsed, train.Elapsed) }),
        ProtoFormat.Of<FederatedBody.TrainedComposite, P.TrainedComposite>(
            "federated.trained-composite.v1",
            trained => new() { Result = Fields.Write(trained.Result), Examples = trained.Examples, Loss = trained.Loss, Steps = trained.Steps },
            trained => new()
            {
                Result = Fields.Read(trained.Result),
                Examples = trained.Examples,
                Loss = Fields.Read(trained.HasLoss, trained.Loss),
                Steps = trained.Steps,
            }),
    ];
}
