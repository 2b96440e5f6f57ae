using System.Text;
using ActorFed.Algorithms.Numerics;
using ActorFed.Host.Configuration;
using Xunit;

namespace ActorFed.Host.Tests.Configuration;

public sealed class HoconFuzzTests
{
    private const string Reference = "a = 1\nb { c = 2, d = [1, 2] }\nfree {}\ntext = x\nwait = 5s";

    private const string Experiment = """"
        # A comment
        include "common.conf"
        a = 5 // another
        b { c : ${a}, d = [1, "two", { x = ${?HOME} }] [3] }
        b.d += ${b.c}
        free = ${b} { "quoted \u00e9\n" = null, more = ${free.more} 1, text = "+ =" }
        text = """
        several
        lines"""
        wait = 1e-3 s
        """";

    private const string Common = "free { more = 0, include \"x.conf\" }\ninclude required(file(\"common2.conf\"))";

    private static readonly string[] Snippets =
    [
        "{", "}", "[", "]", "\"", "\"\"\"", "${", "${?", "}", "=", ":", "+=", ",", "\n", ".", "#", "//", "\\", "\\u12", "include ", "required(", "file(",
        "null", "a", "b", "free", "${a}", "${b}", "${free}", "\0", "\uFEFF", "\uD83D", "9", " ", "\t", "common.conf", "x.conf",
    ];

    [Fact]
    public void Never_fails_in_another_way_than_with_an_error_of_the_configuration()
    {
        int accepted = 0;
        int rejected = 0;
        for (ulong seed = 0; seed < 20_000; seed++)
        {
            string text = Mutate(Experiment, new SeededRandom(seed, "fuzz"));
            try
            {
                HoconObject tree = ConfigurationLoader.Load(Sources(text));
                Assert.Equal(tree, HoconObject.Parse(HoconWriter.Write(tree), "plan"));
                accepted++;
            }
            catch (ConfigurationException exception)
            {
                Assert.NotEmpty(exception.Message);
                rejected++;
            }
            catch (Exception exception)
            {
                Assert.Fail($"seed {seed}: {exception}\n{text}");
            }
        }

        // Both outcomes must be common, or the mutations test only one half.
        Assert.InRange(accepted, 1_000, 19_000);
        Assert.Equal(20_000, accepted + rejected);
    }

    [Fact]
    public void Starts_from_a_file_that_is_valid() => Assert.Equal("5", ConfigurationLoader.Load(Sources(Experiment)).Find("b.c")!.Value.ToString());

    private static ConfigurationSources Sources(string experiment) => new()
    {
        Reference = Reference,
        ExperimentFile = "x.conf",
        Environment = new Dictionary<string, string> { ["HOME"] = "/home" },
        ReadFile = file => file switch
        {
            "x.conf" => experiment,
            "common.conf" => Common.Replace("include \"x.conf\"", "from = common"),
            "common2.conf" => "free.two = 2",
            _ => null,
        },
    };

    private static string Mutate(string text, SeededRandom random)
    {
        StringBuilder output = new(text);
        for (int i = random.NextInt32(4); i >= 0; i--)
        {
            int position = random.NextInt32(output.Length);
            int length = random.NextInt32(Math.Min(8, output.Length - position));
            switch (random.NextInt32(4))
            {
                case 0:
                    output.Remove(position, length);
                    break;
                case 1:
                    output.Insert(position, Snippets[random.NextInt32(Snippets.Length)]);
                    break;
                case 2:
                    output[position] = (char)random.NextInt32(random.NextInt32(2) == 0 ? 128 : 65536);
                    break;
                default:
                    output.Insert(random.NextInt32(output.Length), output.ToString(position, length));
                    break;
            }
        }

        return output.ToString();
    }
}
