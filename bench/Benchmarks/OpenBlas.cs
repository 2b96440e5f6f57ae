using System.Runtime.InteropServices;

namespace ActorFed.Benchmarks;

/// <summary>The matrix products of OpenBLAS, for comparison only; nothing of the product uses it.</summary>
internal sealed unsafe class OpenBlas
{
    private const string Library = "libopenblas.so.0";
    private const int RowMajor = 101;
    private const int NotTransposed = 111;
    private readonly delegate* unmanaged<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void> _single;
    private readonly delegate* unmanaged<int, int, int, int, int, int, double, double*, int, double*, int, double, double*, int, void> _double;
    private readonly delegate* unmanaged<int, void> _setThreads;

    private OpenBlas(nint handle)
    {
        _single = (delegate* unmanaged<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void>)
            NativeLibrary.GetExport(handle, "cblas_sgemm");
        _double = (delegate* unmanaged<int, int, int, int, int, int, double, double*, int, double*, int, double, double*, int, void>)
            NativeLibrary.GetExport(handle, "cblas_dgemm");
        _setThreads = (delegate* unmanaged<int, void>)NativeLibrary.GetExport(handle, "openblas_set_num_threads");
        var coreName = (delegate* unmanaged<byte*>)NativeLibrary.GetExport(handle, "openblas_get_corename");
        Kernel = Marshal.PtrToStringUTF8((nint)coreName()) ?? "unknown";
    }

    /// <summary>The processor whose kernels it has picked, or was told to pick by OPENBLAS_CORETYPE.</summary>
    public string Kernel { get; }

    /// <summary>The library, or none and the reason on <paramref name="output"/>.</summary>
    public static OpenBlas? Load(TextWriter output)
    {
        if (NativeLibrary.TryLoad(Library, out nint handle))
        {
            return new OpenBlas(handle);
        }

        output.WriteLine(
            $"{Library} was not found, so nothing is compared with it. On Debian: apt-get install libopenblas0-pthread.");
        return null;
    }

    /// <summary>Sets the number of threads of later products.</summary>
    public void SetThreads(int threads) => _setThreads(threads);

    /// <summary>C ← A B for square matrices of this size.</summary>
    public void Multiply<T>(int size, T[] a, T[] b, T[] c)
        where T : unmanaged
    {
        fixed (T* x = a, y = b, z = c)
        {
            if (typeof(T) == typeof(float))
            {
                _single(RowMajor, NotTransposed, NotTransposed, size, size, size, 1, (float*)x, size, (float*)y, size, 0, (float*)z, size);
            }
            else
            {
                _double(RowMajor, NotTransposed, NotTransposed, size, size, size, 1, (double*)x, size, (double*)y, size, 0, (double*)z, size);
            }
        }
    }
}
