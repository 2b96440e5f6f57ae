using System.Collections.Immutable;
using ActorFed.Algorithms.Oracles;
using ActorFed.Host.Configuration;
using ActorFed.Problems.Data;
#if TORCH
using ActorFed.Problems.Torch;
#endif

namespace ActorFed.Host.Experiments;

/// <summary>Oracles on TorchSharp, where the program is built with them.</summary>
internal static class TorchBackend
{
#if TORCH
    /// <summary>Whether they are in this program.</summary>
    public static bool IsBuiltIn => true;

    private static ImmutableArray<string> Problems => TorchCatalog.Names;

    private static IProblem Create(string problem, object problemOptions, ShardedSet data, ulong seed, OracleOptions oracle) => TorchCatalog.Create(
        problem, problemOptions, data, seed,
        new TorchOptions { Device = oracle.Device == OracleDevice.Cuda ? TorchDevice.Cuda : TorchDevice.Cpu, Threads = oracle.Threads });
#else
    /// <summary>Whether they are in this program.</summary>
    public static bool IsBuiltIn => false;

    private static ImmutableArray<string> Problems => [];

    private static IProblem Create(string problem, object problemOptions, ShardedSet data, ulong seed, OracleOptions oracle) =>
        throw new InvalidOperationException($"'{problem}' was to be made on TorchSharp, which is not in this program.");
#endif

    /// <summary>Requires that an experiment's oracles can be had.</summary>
    /// <exception cref="ConfigurationException">They cannot; the message says what to do.</exception>
    public static void Require(Experiment experiment)
    {
        if (experiment.Options.Oracle.Backend != OracleBackend.Torch)
        {
            return;
        }

        if (!IsBuiltIn)
        {
            throw experiment.ErrorAt(
                "oracle.backend",
                "oracle.backend is torch, and this program is built without TorchSharp. Build it with the switch, dotnet build src/Host -c Release -p:Torch=true, where its "
                + "packages restore (docs/torch.md); or set oracle.backend = managed.");
        }

        if (!Problems.Contains(experiment.Problem.Name))
        {
            throw experiment.ErrorAt(
                "oracle.backend",
                $"oracle.backend is torch, and '{experiment.Problem.Name}' has no oracles on TorchSharp; these have: {string.Join(", ", Problems)}. "
                + "Set oracle.backend = managed.");
        }
    }

    /// <summary>Makes the problem of an experiment.</summary>
    /// <exception cref="ConfigurationException">libtorch cannot be loaded, or has no such device.</exception>
    public static IProblem Create(Experiment experiment, object problemOptions, ShardedSet data)
    {
        try
        {
            return Create(experiment.Problem.Name, problemOptions, data, experiment.Options.Seed, experiment.Options.Oracle);
        }
        catch (InvalidOperationException unusable)
        {
            throw experiment.ErrorAt("oracle.device", unusable.Message);
        }
    }
}
