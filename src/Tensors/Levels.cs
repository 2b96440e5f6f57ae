using System.Numerics;

namespace ActorFed.Tensors;

/// <summary>A loss as a function of the variables of all levels; it must not keep tensors from one call to the next.</summary>
public delegate Tensor<T> LevelLoss<T>(Levels<T> levels)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;

/// <summary>
/// The variables of a bilevel or trilevel problem on one tape, and the derivatives of losses in them, from and to flat vectors: what
/// an oracle is made of. Levels are numbered from 0, the upper one.
/// </summary>
/// <remarks>
/// One query is: <see cref="Begin"/>, <see cref="Read"/> for each level, a loss, and its derivatives. Equal queries allocate nothing
/// after the first. Not thread-safe.
/// </remarks>
/// <typeparam name="T">The precision inside, <c>float</c> or <c>double</c>; vectors are double.</typeparam>
public sealed class Levels<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ParameterLayout[] _layouts;
    private readonly int[] _starts;         // where the parameters of each level begin among all
    private readonly Tensor<T>[] _variables;
    private readonly Tensor<T>[] _gradients;
    private readonly Tensor<T>[] _direction;

    /// <summary>Levels with these parameters, the upper one first.</summary>
    /// <param name="layouts">At least one.</param>
    /// <param name="threads">Threads that large matrix products are spread over; no result depends on it.</param>
    public Levels(ReadOnlySpan<ParameterLayout> layouts, int threads = 1)
    {
        if (layouts.IsEmpty)
        {
            throw new ArgumentException("There must be at least one level.", nameof(layouts));
        }

        Tape = new Tape<T>(threads);
        _layouts = layouts.ToArray();
        _starts = new int[layouts.Length];
        int count = 0;
        for (int level = 0; level < layouts.Length; level++)
        {
            _starts[level] = count;
            count += layouts[level].Shapes.Length;
        }

        _variables = new Tensor<T>[count];
        _gradients = new Tensor<T>[count];
        _direction = new Tensor<T>[count];
    }

    /// <summary>Where losses put their data.</summary>
    public Tape<T> Tape { get; }

    /// <summary>The parameters of a level, in the order of its layout.</summary>
    public ReadOnlySpan<Tensor<T>> this[int level] => Part(_variables, level);

    /// <summary>Begins a query: takes back the memory of the one before.</summary>
    public void Begin() => Tape.Reset();

    /// <summary>Sets the variables of a level.</summary>
    /// <exception cref="ArgumentException">The length is not that of the level's layout.</exception>
    public void Read(int level, ReadOnlySpan<double> vector) => _layouts[level].Read(Tape, vector, Part(_variables, level));

    /// <summary>Computes the gradients of a scalar in the variables of all levels, for <see cref="WriteGradient"/>.</summary>
    public void Differentiate(Tensor<T> loss) => Tape.Gradients(loss, _variables, _gradients);

    /// <summary>Computes the gradient of a scalar in the variables of one level, for <see cref="WriteGradient"/>.</summary>
    public void Differentiate(Tensor<T> loss, int level) => Tape.Gradients(loss, Part(_variables, level), Part(_gradients, level));

    /// <summary>Copies the gradient that was computed last in the variables of a level; nothing when the target is empty.</summary>
    /// <param name="level">The level.</param>
    /// <param name="target">Out: of the length of the level's layout, or empty.</param>
    public void WriteGradient(int level, Span<double> target)
    {
        if (!target.IsEmpty)
        {
            _layouts[level].Write<T>(Part(_gradients, level), target);
        }
    }

    /// <summary>(∂²loss / ∂direction level ∂result level)ᵀ v: the gradient in one level of the slope along v in another or the same one.</summary>
    /// <param name="loss">A scalar.</param>
    /// <param name="directionLevel">The level that v belongs to.</param>
    /// <param name="direction">v, of the length of that level's layout.</param>
    /// <param name="resultLevel">The level in which the slope is differentiated.</param>
    /// <param name="product">Out: of the length of that level's layout.</param>
    public void Product(Tensor<T> loss, int directionLevel, ReadOnlySpan<double> direction, int resultLevel, Span<double> product)
    {
        ParameterLayout layout = _layouts[directionLevel];
        Differentiate(loss, directionLevel);
        layout.Read(Tape, direction, Part(_direction, directionLevel));
        Tensor<T> slope = layout.Dot<T>(Part(_gradients, directionLevel), Part(_direction, directionLevel));
        Differentiate(slope, resultLevel);
        _layouts[resultLevel].Write<T>(Part(_gradients, resultLevel), product);
    }

    private Span<Tensor<T>> Part(Tensor<T>[] all, int level) => all.AsSpan(_starts[level], _layouts[level].Shapes.Length);
}
