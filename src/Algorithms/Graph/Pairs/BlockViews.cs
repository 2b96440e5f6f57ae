using ActorFed.Algorithms.Numerics;

namespace ActorFed.Algorithms.Graph.Pairs;

/// <summary>What one participant has heard of the blocks that its gradient needs, and whether that is fresh enough for an exchange.</summary>
/// <remarks>
/// A block's version counts the exchanges it has been through. Since everyone knows the pairs, everyone knows which version each block has
/// before an exchange: with a staleness bound of τ, the version that it had τ exchanges earlier must have been heard.
/// </remarks>
internal sealed class BlockViews
{
    private readonly PairSchedule _schedule;
    private readonly int _stalenessBound;
    private readonly SortedList<int, View> _views = [];
    private long _counted; // exchanges that the required versions count

    public BlockViews(IPairRule rule, PairSchedule schedule, int stalenessBound)
    {
        (_schedule, _stalenessBound) = (schedule, stalenessBound);
        foreach (int block in rule.Needs)
        {
            _views.Add(block, new View { Values = rule.InitialOf(block) });
        }
    }

    /// <summary>How many blocks are not fresh enough.</summary>
    public int Lacking { get; private set; }

    /// <summary>Whether the gradient needs a block.</summary>
    public bool Has(int block) => _views.ContainsKey(block);

    /// <summary>Everyone whose block is needed; ascending.</summary>
    public IList<int> Blocks => _views.Keys;

    /// <summary>The newest values of a block.</summary>
    public FlatVector ValueOf(int block) => _views[block].Values;

    /// <summary>Blocks that are not fresh enough, and the versions that would be; ascending.</summary>
    public IEnumerable<(int Block, long Version)> Missing() =>
        _views.Where(entry => entry.Value.IsLacking).Select(entry => (entry.Key, entry.Value.Required));

    /// <summary>The exchange to be made next: what it needs.</summary>
    public void Require(long exchange)
    {
        if (_views.Count == 0)
        {
            return;
        }

        for (; _counted < exchange - _stalenessBound; _counted++)
        {
            Pair pair = _schedule.At(_counted);
            Count(pair.Lower);
            Count(pair.Higher);
        }

        Lacking = _views.Values.Count(view => view.IsLacking);
    }

    /// <summary>A block has come; older ones change nothing.</summary>
    public void Take(int block, long version, FlatVector values)
    {
        View view = _views[block];
        if (version > view.Version)
        {
            Lacking -= view.IsLacking && version >= view.Required ? 1 : 0;
            (view.Version, view.Values) = (version, values);
        }
    }

    private void Count(int block)
    {
        if (_views.TryGetValue(block, out View? view))
        {
            view.Required++;
        }
    }

    private sealed class View
    {
        public required FlatVector Values { get; set; }

        public long Version { get; set; }

        public long Required { get; set; }

        public bool IsLacking => Version < Required;
    }
}
