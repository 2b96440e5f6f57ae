using ActorFed.Tensors;
using Xunit;

namespace ActorFed.Problems.Tests;

public sealed class TensorRowsTests
{
    [Fact]
    public void Gives_the_chosen_rows_in_their_order()
    {
        Tape<double> tape = new();
        TensorRows<double> rows = TensorRows<double>.Of(TensorProblems.Data, [3, 1]);

        Assert.Equal((2, 2), (rows.Rows, rows.Columns));
        Assert.Equal([7, 8, 3, 4], rows.Features(tape).Values.ToArray());
        Assert.Equal([0.5, -1], rows.Targets(tape).Values.ToArray());
        Assert.Equal([2, 1], rows.Targets(tape).Shape);
        Assert.Equal([2, 1, 1, 2], rows.Features(tape, [2, 1, 1, 2]).Shape);
    }

    [Fact]
    public void Says_which_kind_of_set_has_labels_and_which_has_targets()
    {
        Tape<double> tape = new();
        TensorRows<double> labelled = TensorRows<double>.Of(SmallData.Floats(5, 2, 3));
        TensorRows<double> regression = TensorRows<double>.Of(TensorProblems.Data);

        Assert.Equal(5, labelled.Labels(tape).Count);
        Assert.Contains("have labels and no targets", Assert.Throws<InvalidOperationException>(() => labelled.Targets(tape)).Message, StringComparison.Ordinal);
        Assert.Contains("have targets and no labels", Assert.Throws<InvalidOperationException>(() => regression.Labels(tape)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rejects_no_rows() =>
        Assert.Contains("No row of 'small' was chosen", Assert.Throws<ArgumentException>(() => TensorRows<double>.Of(TensorProblems.Data, [])).Message, StringComparison.Ordinal);
}
