using System.ComponentModel.DataAnnotations;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace ActorFed.Problems.Torch;

/// <summary>libtorch, loaded, with a device to compute on. Shared by the oracles of a problem.</summary>
/// <remarks>
/// Every call to an oracle lies in one scope of <see cref="Enter"/>, which belongs to its thread and frees the tensors made in it. Nothing
/// in this project waits for a task, so that no scope is left on another thread than it was entered on.
/// </remarks>
internal sealed class TorchRuntime
{
    [ThreadStatic]
    private static int _threadsOfThisThread;

    private readonly int _threads;

    private TorchRuntime(Device device, int threads) => (Device, _threads) = (device, threads);

    /// <summary>Where tensors live.</summary>
    public Device Device { get; }

    /// <summary>Whether tensors live in memory that this process can address.</summary>
    public bool IsOnHost => Device.type == DeviceType.CPU;

    /// <summary>Loads libtorch and finds the device.</summary>
    /// <exception cref="InvalidOperationException">libtorch cannot be loaded, or has no such device; the message says what to do.</exception>
    /// <exception cref="ValidationException">An option is out of range.</exception>
    public static TorchRuntime Open(TorchOptions options)
    {
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        bool hasCuda;
        try
        {
            hasCuda = TryInitializeDeviceType(options.Device == TorchDevice.Cuda ? DeviceType.CUDA : DeviceType.CPU);
        }
        catch (Exception error) when (error is NotSupportedException or DllNotFoundException or TypeInitializationException or BadImageFormatException)
        {
            throw new InvalidOperationException(
                $"libtorch could not be loaded on {RuntimeInformation.RuntimeIdentifier}: {error.Message} Restore its package for this platform and build again "
                + "(docs/torch.md), or choose the managed backend: oracle.backend = managed.",
                error);
        }

        if (options.Device == TorchDevice.Cuda && !hasCuda)
        {
            throw new InvalidOperationException(
                "oracle.device is cuda, and this libtorch finds no CUDA device. Set oracle.device = cpu; or build with a libtorch that has CUDA, on a machine with a "
                + "graphics processor and its driver (docs/torch.md).");
        }

        return new TorchRuntime(options.Device == TorchDevice.Cuda ? CUDA : CPU, options.Threads);
    }

    /// <summary>Begins a call on this thread: tensors made until the scope ends are freed with it.</summary>
    public DisposeScope Enter()
    {
        if (_threadsOfThisThread != _threads)
        {
            set_num_threads(_threads); // libtorch keeps it per thread, too
            _threadsOfThisThread = _threads;
        }

        return NewDisposeScope();
    }

    /// <summary>A tensor that outlives the scope it is made in.</summary>
    public Tensor Keep(Func<Tensor> make)
    {
        using DisposeScope scope = Enter();
        return make().to(Device).DetachFromDisposeScope();
    }

    /// <summary>Numbers of rows on the device.</summary>
    public Tensor Indices(ReadOnlySpan<int> rows)
    {
        Tensor indices = empty([rows.Length], ScalarType.Int64);
        Span<long> values = MemoryMarshal.Cast<byte, long>(indices.bytes);
        for (int i = 0; i < rows.Length; i++)
        {
            values[i] = rows[i];
        }

        return indices.to(Device);
    }
}
