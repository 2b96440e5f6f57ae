using ActorFed.Tensors.Operations;

namespace ActorFed.Tensors;

public sealed unsafe partial class Tape<T>
{
    private bool[] _leadsToInput = new bool[64];
    private int[] _gradientOf = new int[64]; // number of the gradient's tensor; −1: none yet

    /// <summary>The gradients of a scalar in each of the inputs.</summary>
    /// <param name="output">The scalar to differentiate.</param>
    /// <param name="inputs">Leaves or results of operations. One that another one was computed from gets what flows through that one too.</param>
    /// <param name="gradients">Out: one tensor per input, of its shape; zeros where the output does not depend on it.</param>
    /// <exception cref="ArgumentException">The output is not a scalar, or the numbers of inputs and gradients differ.</exception>
    public void Gradients(Tensor<T> output, ReadOnlySpan<Tensor<T>> inputs, Span<Tensor<T>> gradients)
    {
        if (output.Shape.Count != 1)
        {
            throw new ArgumentException(
                $"A gradient was asked of a tensor of shape {output.Shape}; it must be a scalar. Sum or average it first, "
                + "or use VectorJacobianProduct.");
        }

        VectorJacobianProduct(output, Fill(T.One, output.Shape), inputs, gradients);
    }

    /// <summary>The gradient of a scalar in one input.</summary>
    /// <inheritdoc cref="Gradients" path="/exception"/>
    public Tensor<T> Gradient(Tensor<T> output, Tensor<T> input)
    {
        Tensor<T> gradient = default;
        Gradients(output, new ReadOnlySpan<Tensor<T>>(in input), new Span<Tensor<T>>(ref gradient));
        return gradient;
    }

    /// <summary>vᵀ ∂output/∂input for each input: the gradient of the sum of v ∘ output, with v held constant.</summary>
    /// <param name="output">A tensor of any shape, for example the last of several gradient steps.</param>
    /// <param name="vector">v, of the output's shape.</param>
    /// <param name="inputs">As in <see cref="Gradients"/>.</param>
    /// <param name="products">Out: one tensor per input, of its shape.</param>
    /// <exception cref="ArgumentException">The shapes of v and the output, or the numbers of inputs and products, differ.</exception>
    public void VectorJacobianProduct(
        Tensor<T> output, Tensor<T> vector, ReadOnlySpan<Tensor<T>> inputs, Span<Tensor<T>> products) =>
        VectorJacobianProduct(new ReadOnlySpan<Tensor<T>>(in output), new ReadOnlySpan<Tensor<T>>(in vector), inputs, products);

    /// <summary>Σ_j v_jᵀ ∂output_j/∂input for each input, in one walk over the record.</summary>
    /// <param name="outputs">Tensors of any shapes.</param>
    /// <param name="vectors">One v_j per output, of its shape.</param>
    /// <param name="inputs">As in <see cref="Gradients"/>.</param>
    /// <param name="products">Out: one tensor per input, of its shape.</param>
    /// <exception cref="ArgumentException">Shapes or numbers do not match.</exception>
    public void VectorJacobianProduct(
        ReadOnlySpan<Tensor<T>> outputs, ReadOnlySpan<Tensor<T>> vectors, ReadOnlySpan<Tensor<T>> inputs, Span<Tensor<T>> products)
    {
        RequireMatch(outputs, vectors, inputs, products);
        (int first, int last) = Mark(outputs, inputs);
        for (int j = 0; j < outputs.Length; j++)
        {
            Accumulate(outputs[j].Index, vectors[j]);
        }

        for (int i = last; i >= first; i--)
        {
            if (_leadsToInput[i] && _gradientOf[i] >= 0)
            {
                PullBack(i);
            }
        }

        for (int k = 0; k < inputs.Length; k++)
        {
            int gradient = inputs[k].Index <= last ? _gradientOf[inputs[k].Index] : -1;
            products[k] = gradient >= 0 ? At(gradient) : Fill(T.Zero, inputs[k].Shape);
        }
    }

    private void RequireMatch(
        ReadOnlySpan<Tensor<T>> outputs, ReadOnlySpan<Tensor<T>> vectors, ReadOnlySpan<Tensor<T>> inputs, ReadOnlySpan<Tensor<T>> products)
    {
        if (outputs.Length != vectors.Length || inputs.Length != products.Length || inputs.IsEmpty || outputs.IsEmpty)
        {
            throw new ArgumentException(
                $"There are {outputs.Length} outputs, {vectors.Length} vectors, {inputs.Length} inputs and room for {products.Length} "
                + "products; there must be one vector per output, room for one product per input, and at least one of each.");
        }

        for (int j = 0; j < outputs.Length; j++)
        {
            if (outputs[j].Shape != vectors[j].Shape)
            {
                throw new ArgumentException(
                    $"Output {j} has the shape {outputs[j].Shape}, its vector {vectors[j].Shape}; they must be equal.");
            }

            _ = IndexOf(outputs[j]);
            _ = IndexOf(vectors[j]);
        }

        foreach (Tensor<T> input in inputs)
        {
            _ = input.Shape;
            _ = IndexOf(input);
        }
    }

    /// <summary>Finds the tensors that depend on an input, and forgets gradients of earlier calls.</summary>
    /// <returns>The first and the last tensor of interest.</returns>
    private (int First, int Last) Mark(ReadOnlySpan<Tensor<T>> outputs, ReadOnlySpan<Tensor<T>> inputs)
    {
        int first = int.MaxValue;
        int last = 0;
        foreach (Tensor<T> output in outputs)
        {
            last = Math.Max(last, output.Index);
        }

        if (_gradientOf.Length <= last)
        {
            int length = Math.Max(last + 1, 2 * _gradientOf.Length);
            _gradientOf = new int[length];
            _leadsToInput = new bool[length];
        }

        _gradientOf.AsSpan(0, last + 1).Fill(-1);
        _leadsToInput.AsSpan(0, last + 1).Clear();
        foreach (Tensor<T> input in inputs)
        {
            first = Math.Min(first, input.Index);
            if (input.Index <= last)
            {
                _leadsToInput[input.Index] = true;
            }
        }

        for (int i = first; i <= last; i++)
        {
            ref readonly Node node = ref _nodes[i];
            _leadsToInput[i] |= (node.Left >= 0 && _leadsToInput[node.Left]) || (node.Right >= 0 && _leadsToInput[node.Right]);
        }

        return (first, last);
    }

    private void PullBack(int index)
    {
        Node node = _nodes[index]; // a copy: the array may move while gradients are recorded
        if (node.Operation is null)
        {
            return;
        }

        Step<T> step = new(At(index), At(_gradientOf[index]), At(node.Left), At(node.Right), node.Arguments);
        if (_leadsToInput[node.Left])
        {
            Accumulate(node.Left, node.Operation.PullBack(0, step));
        }

        if (node.Right >= 0 && _leadsToInput[node.Right])
        {
            Accumulate(node.Right, node.Operation.PullBack(1, step));
        }
    }

    private void Accumulate(int index, Tensor<T> gradient)
    {
        int sum = _gradientOf[index];
        _gradientOf[index] = sum < 0 ? gradient.Index : (At(sum) + gradient).Index;
    }
}
