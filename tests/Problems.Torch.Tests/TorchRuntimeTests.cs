using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Runtime.CompilerServices;
using ActorFed.Algorithms.Oracles;
using ActorFed.Problems.Tests;
using TorchSharp;
using Xunit;

namespace ActorFed.Problems.Torch.Tests;

/// <summary>Memory, threads and devices.</summary>
public sealed class TorchRuntimeTests
{
    [Theory]
    [InlineData("mlp-hyper-cleaning")]
    [InlineData("hyper-representation")]
    [InlineData("regression-regularization without learning")]
    public void Ten_thousand_calls_leave_as_many_live_tensors_as_a_hundred(string name)
    {
        IBilevelOracle oracle = ((IBilevelProblem)TorchProblems.Create(name).Torch).CreateOracle(0);
        double[] x = SmallData.Gaussians(oracle.UpperLength, "upper");
        double[] y = SmallData.Gaussians(oracle.LowerLength, "lower");
        (double[] upper, double[] lower) = (new double[x.Length], new double[y.Length]);

        long early = LiveAfter(20);
        long late = LiveAfter(1980);

        Assert.Equal(early, late);

        long LiveAfter(int rounds)
        {
            for (int i = 0; i < rounds; i++)
            {
                oracle.UpperLoss(x, y, upper, lower);
                oracle.LowerLoss(x, y, upper, lower);
                oracle.LowerLoss(x, y, [], []);
                oracle.LowerHessianProduct(x, y, y, lower);
                oracle.LowerCrossProduct(x, y, y, upper);
            }

            return Live();
        }
    }

    [Theory]
    [InlineData("cnn")]
    [InlineData("character transformer")]
    public void Ten_thousand_gradients_leave_as_many_live_tensors_as_a_hundred(string name)
    {
        ILossOracle oracle = ((ILossProblem)TorchProblems.Create(name).Torch).CreateOracle(0);
        double[] x = SmallData.Gaussians(oracle.Length, "point");
        double[] gradient = new double[x.Length];

        long early = LiveAfter(100);
        long late = LiveAfter(9900);

        Assert.Equal(early, late);

        long LiveAfter(int calls)
        {
            for (int i = 0; i < calls; i++)
            {
                oracle.Loss(x, [i % oracle.RowCount], gradient);
            }

            return Live();
        }
    }

    [Fact]
    public void One_thread_computes_an_operation_unless_more_are_asked_for()
    {
        Assert.Equal(1, new TorchOptions().Threads);

        using (TorchRuntime.Open(new TorchOptions()).Enter())
        {
            Assert.Equal(1, torch.get_num_threads());
        }

        using (TorchRuntime.Open(new TorchOptions { Threads = 2 }).Enter())
        {
            Assert.Equal(2, torch.get_num_threads());
        }

        using (TorchRuntime.Open(new TorchOptions()).Enter())
        {
            Assert.Equal(1, torch.get_num_threads());
        }
    }

    [Fact]
    public void Rejects_a_number_of_threads_that_there_cannot_be() =>
        Assert.Throws<ValidationException>(() => TorchRuntime.Open(new TorchOptions { Threads = 0 }));

    [Fact]
    public void Says_what_to_do_where_CUDA_is_asked_for_and_absent()
    {
        TorchOptions options = new() { Device = TorchDevice.Cuda };
        if (torch.TryInitializeDeviceType(DeviceType.CUDA))
        {
            Assert.Equal(DeviceType.CUDA, TorchRuntime.Open(options).Device.type);
            return;
        }

        string message = Assert.Throws<InvalidOperationException>(() => TorchRuntime.Open(options)).Message;

        Assert.Contains("oracle.device is cuda", message, StringComparison.Ordinal);
        Assert.Contains("oracle.device = cpu", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_the_problems_that_have_oracles_when_one_has_none()
    {
        string message = Assert.Throws<ArgumentException>(
            "name", () => TorchCatalog.Create("quadratic", new QuadraticOptions(), Texts.Sharded("a rose ", 12, 3), 1, new TorchOptions())).Message;

        Assert.Contains("'quadratic' has no oracles on TorchSharp; these have: character-model, classification, ", message, StringComparison.Ordinal);
    }

    /// <summary>Tensors that are not freed; those that other tests left to the garbage collector are freed first.</summary>
    private static long Live()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return torch.Tensor.TotalCount;
    }

    /// <summary>A scope belongs to its thread, and what follows an await may run on another.</summary>
    [Fact]
    public void No_method_awaits()
    {
        const BindingFlags All = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

        Assert.DoesNotContain(
            typeof(TorchCatalog).Assembly.GetTypes().SelectMany(type => type.GetMethods(All)),
            method => method.GetCustomAttribute<AsyncStateMachineAttribute>() is not null || typeof(Task).IsAssignableFrom(method.ReturnType));
    }
}
