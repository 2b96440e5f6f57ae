using ActorFed.Host.Configuration;
using Xunit;

namespace ActorFed.Host.Tests.Configuration;

public sealed class EditDistanceTests
{
    [Theory]
    [InlineData("", "", 0)]
    [InlineData("", "abc", 3)]
    [InlineData("step", "step", 0)]
    [InlineData("step", "stp", 1)]
    [InlineData("step", "steps", 1)]
    [InlineData("step", "stop", 1)]
    [InlineData("step", "setp", 1)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("ca", "abc", 3)]
    public void Counts_slips(string left, string right, int expected)
    {
        Assert.Equal(expected, EditDistance.Between(left, right));
        Assert.Equal(expected, EditDistance.Between(right, left));
    }

    [Theory]
    [InlineData("adbo.stpe-lower", "adbo.step-lower")]
    [InlineData("ADBO.STEP_LOWER", "adbo.step-lower")]
    [InlineData("step-upper", "adbo.step-upper")]
    [InlineData("afto.steplower", "afto.step-lower")]
    [InlineData("abdo", "adbo")]
    [InlineData("sed", "seed")]
    public void Finds_the_nearest_key_by_its_path_or_by_its_last_element(string path, string expected)
    {
        string[] known = ["adbo", "adbo.step-lower", "adbo.step-upper", "afto", "afto.step-lower", "seed", "workers"];

        Assert.Equal(expected, EditDistance.Nearest(path, known));
    }

    [Fact]
    public void Has_no_nearest_key_where_there_is_none() => Assert.Null(EditDistance.Nearest("a", []));
}
