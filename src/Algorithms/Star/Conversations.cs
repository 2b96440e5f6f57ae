using ActorFed.Algorithms.Core;

namespace ActorFed.Algorithms.Star;

/// <summary>The master's conversations with all workers, by worker, and the numbering of its requests.</summary>
/// <param name="workers">Their number.</param>
/// <param name="epoch">The master's incarnation.</param>
internal sealed class Conversations(int workers, int epoch)
{
    private readonly Conversation[] _byWorker = [.. Enumerable.Range(0, workers).Select(_ => new Conversation())];
    private readonly List<int> _answered = []; // in order of arrival; whose answer is in, unless it was forgotten since
    private readonly List<WorkerReport> _setAside = []; // in order of arrival
    private int _openCount;

    public int Count => _byWorker.Length;

    /// <summary>Number of the newest request to anyone.</summary>
    public RequestId Newest { get; private set; } = new(epoch, 0);

    /// <summary>Whether no request is open that has no answer.</summary>
    public bool AreAllAnswered => _openCount == 0;

    public Conversation this[int worker] => _byWorker[worker];

    /// <summary>Asks a worker for work; what it was asked before is void.</summary>
    /// <param name="worker">Its index.</param>
    /// <param name="work">What to do.</param>
    /// <param name="basis">The state to build on; sent where the worker may not have it.</param>
    /// <param name="step">Master steps made so far.</param>
    /// <param name="outbox">Takes the request.</param>
    public void Request(int worker, StarBody work, StarBody basis, long step, Outbox outbox)
    {
        Conversation conversation = _byWorker[worker];
        Newest = Newest with { Sequence = Newest.Sequence + 1 };
        StarMessage.WorkRequested request = new()
        {
            Id = Newest,
            Previous = conversation.Used,
            State = conversation.NeedsState ? basis : null,
            Work = work,
        };
        _openCount += conversation.IsOpen ? 0 : 1;
        conversation.Ask(request, basis, step);
        outbox.Send(ParticipantId.Worker(worker), request);
    }

    /// <summary>A worker's answer to its open request is in.</summary>
    public void Answer(int worker, StarBody report)
    {
        _byWorker[worker].Answer(report);
        _openCount--;
        _answered.Add(worker);
    }

    /// <summary>Uses up a worker's answer before the step that it will enter, so that the worker can be asked anew.</summary>
    /// <param name="worker">Its index; its answer came in last.</param>
    /// <param name="step">Master steps made so far: its staleness counts to here, and no step is made before it is used.</param>
    public void SetAside(int worker, long step)
    {
        _answered.RemoveAt(_answered.Count - 1);
        Take(worker, step, _setAside);
    }

    /// <summary>Uses up the answers that are in, and those set aside; ascending by worker, those of one in order of arrival.</summary>
    /// <param name="step">Master steps made so far.</param>
    public List<WorkerReport> TakeReports(long step)
    {
        _answered.Sort();
        List<WorkerReport> reports = new(_answered.Count + _setAside.Count);
        reports.AddRange(_setAside.OrderBy(aside => aside.Worker));
        foreach (int worker in _answered)
        {
            Take(worker, step, reports);
        }

        _setAside.Clear();
        _answered.Clear();
        return reports;
    }

    /// <summary>Nothing that a worker was asked, or has answered, counts any more.</summary>
    public void Forget(int worker)
    {
        _openCount -= _byWorker[worker].IsOpen ? 1 : 0;
        _byWorker[worker].Forget();
    }

    /// <summary>The same for everyone.</summary>
    public void ForgetAll()
    {
        for (int i = 0; i < _byWorker.Length; i++)
        {
            Forget(i);
        }
    }

    private void Take(int worker, long step, List<WorkerReport> reports)
    {
        Conversation conversation = _byWorker[worker];
        long askedAt = conversation.AskedAtStep;
        if (conversation.TakeReport() is StarBody report)
        {
            reports.Add(new WorkerReport(worker, report, (int)(step - askedAt)));
        }
    }
}
