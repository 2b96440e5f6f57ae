using System.Runtime.InteropServices;
using ActorFed.Tensors;
using static TorchSharp.torch;

namespace ActorFed.Problems.Torch;

/// <summary>One variable of an oracle: a leaf of libtorch's graphs, kept from call to call, as one vector and as the parameters in it.</summary>
internal sealed class TorchVariable
{
    private readonly TorchRuntime _runtime;
    private readonly Tensor _host; // what double values are converted into; the leaf itself where that is in this process's memory
    private readonly long[] _lengths;
    private readonly long[][] _shapes;

    /// <summary>A variable whose parameters lie as <paramref name="layout"/> says.</summary>
    /// <param name="runtime">Where it lives.</param>
    /// <param name="layout">The parameters.</param>
    /// <param name="type">Float32 or Float64.</param>
    public TorchVariable(TorchRuntime runtime, ParameterLayout layout, ScalarType type)
    {
        _runtime = runtime;
        Length = layout.Length;
        _lengths = [.. layout.Shapes.Select(shape => (long)shape.Count)];
        _shapes = [.. layout.Shapes.Select(shape => shape.Span.ToArray().Select(extent => (long)extent).ToArray())];
        Flat = runtime.Keep(() => zeros([Length], type, runtime.Device, requires_grad: true));
        _host = runtime.IsOnHost ? Flat : zeros([Length], type);
    }

    /// <summary>How many entries.</summary>
    public int Length { get; }

    /// <summary>All entries, a leaf that gradients are asked for.</summary>
    public Tensor Flat { get; }

    /// <summary>Sets the values. Graphs made before must not be differentiated any more.</summary>
    public void Read(ReadOnlySpan<double> values)
    {
        Write(values, _host);
        if (!_runtime.IsOnHost)
        {
            using IDisposable mode = no_grad();
            Flat.copy_(_host);
        }
    }

    /// <summary>The parameters, as views of the vector.</summary>
    public Tensor[] Parameters()
    {
        if (_lengths.Length == 1)
        {
            return [Flat.view(_shapes[0])];
        }

        Tensor[] parts = Flat.split(_lengths);
        return [.. parts.Select((part, i) => part.view(_shapes[i]))];
    }

    /// <summary>A constant vector like this variable, such as a direction.</summary>
    public Tensor Constant(ReadOnlySpan<double> values)
    {
        Tensor constant = empty([Length], Flat.dtype);
        Write(values, constant);
        return constant.to(_runtime.Device);
    }

    /// <summary>Copies a tensor of this variable's length, such as a gradient.</summary>
    public static void CopyTo(Tensor tensor, Span<double> target)
    {
        Tensor host = tensor.cpu().contiguous();
        if (host.dtype == ScalarType.Float64)
        {
            MemoryMarshal.Cast<byte, double>(host.bytes).CopyTo(target);
            return;
        }

        ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(host.bytes);
        for (int i = 0; i < target.Length; i++)
        {
            target[i] = values[i];
        }
    }

    private static void Write(ReadOnlySpan<double> values, Tensor target)
    {
        if (target.dtype == ScalarType.Float64)
        {
            values.CopyTo(MemoryMarshal.Cast<byte, double>(target.bytes));
            return;
        }

        Span<float> narrow = MemoryMarshal.Cast<byte, float>(target.bytes);
        for (int i = 0; i < narrow.Length; i++)
        {
            narrow[i] = (float)values[i];
        }
    }
}
