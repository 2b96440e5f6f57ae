using ActorFed.Algorithms.Core;
using Xunit;

namespace ActorFed.Engines.Tests;

/// <summary>What the queue of a participant does with one thread; how senders wait for room is tested by whole runs.</summary>
public sealed class MailboxTests
{
    private readonly Mailbox _mailbox = new(capacity: 2);

    [Fact]
    public void Has_room_for_its_capacity_and_again_when_something_was_taken()
    {
        Assert.True(_mailbox.TryAdd(Numbered(1)));
        Assert.True(_mailbox.TryAdd(Numbered(2)));
        Assert.False(_mailbox.TryAdd(Numbered(3)));

        Assert.True(_mailbox.TryTake(out Envelope first));

        Assert.Equal(1, first.Number);
        Assert.True(_mailbox.TryAdd(Numbered(3)));
        Assert.Equal(2, _mailbox.Messages);
    }

    [Fact]
    public void Hands_out_notices_first_and_takes_them_when_it_is_full()
    {
        _mailbox.TryAdd(Numbered(1));
        _mailbox.TryAdd(Numbered(2));

        _mailbox.AddNotice(Numbered(0));

        Assert.Equal([0, 1, 2], Numbers());
        Assert.Equal(0, _mailbox.Messages);
    }

    [Fact]
    public void Is_empty_when_all_was_taken()
    {
        Assert.True(_mailbox.IsEmpty);
        _mailbox.AddNotice(Numbered(0));
        Assert.False(_mailbox.IsEmpty);

        Numbers();

        Assert.True(_mailbox.IsEmpty);
        Assert.False(_mailbox.TryTake(out _));
    }

    private static Envelope Numbered(long number) => new(ParticipantId.Master, number, new Note(number));

    private List<long> Numbers()
    {
        List<long> numbers = [];
        while (_mailbox.TryTake(out Envelope envelope))
        {
            numbers.Add(envelope.Number);
        }

        return numbers;
    }
}
