using Peers.Wire;
using static Peers.Tests.Core.Samples;

namespace Peers.Tests.Core;

public sealed class RelayPreferencesTests
{
    private static readonly byte[] Key = [7, 7, 7, 7, 7];

    [Fact(DisplayName = "Headers are wanted from when sendheaders was heard")]
    public void Sendheaders()
    {
        var preferences = Preferences();
        Assert.False(preferences.Headers);
        preferences.Note(SendHeadersMessage.Instance);
        Assert.True(preferences.Headers);
    }

    [Theory(DisplayName = "relay = 0 keeps transactions away, and nothing else")]
    [InlineData(true)]
    [InlineData(false)]
    public void Relay(bool relay)
    {
        var preferences = Preferences(relay);
        Assert.Equal(relay, Wants(preferences, News(1)));
        Assert.Equal(relay, Wants(preferences, Announcement.Of(Tx(1))));
        Assert.True(Wants(preferences, Announcement.Of(InventoryVector.Block(Hash(1)))));
        Assert.True(Wants(preferences, Announcement.Of(new InventoryVector((InventoryKind)77, Hash(1)))));
    }

    [Fact(DisplayName = "filterload and filterclear turn relay on (BIP 37), filteradd does not")]
    public void Filters_turn_relay_on()
    {
        var preferences = Preferences(relay: false);
        preferences.Note(new FilterAddMessage(Key));
        Assert.False(Wants(preferences, News(1)));
        preferences.Note(FilterClearMessage.Instance);
        Assert.True(Wants(preferences, News(1)));
        preferences = Preferences(relay: false);
        preferences.Note(Filter(0xFF));
        Assert.True(Wants(preferences, News(1)));
    }

    [Fact(DisplayName = "Blocks only: no transaction, whatever the remote wants")]
    public void Blocks_only()
    {
        var preferences = new RelayPreferences(relay: true, blocksOnly: true);
        preferences.Note(FilterClearMessage.Instance);
        Assert.False(Wants(preferences, News(1)));
        Assert.False(Wants(preferences, Announcement.Of(Tx(1))));
        Assert.True(Wants(preferences, Announcement.Of(InventoryVector.Block(Hash(1)))));
    }

    [Theory(DisplayName = "A fee filter: below it not, at it and above it yes, unknown yes")]
    [InlineData(999L, false)]
    [InlineData(1_000L, true)]
    [InlineData(1_001L, true)]
    [InlineData(null, true)]
    public void Fee_filter(long? rate, bool wanted)
    {
        var preferences = Preferences();
        preferences.Note(new FeeFilterMessage(1_000));
        Assert.Equal(wanted, Wants(preferences, News(1, rate)));
        Assert.True(Wants(preferences, Announcement.Of(Tx(1))));
    }

    [Theory(DisplayName = "Only fee filters between nothing and all the money are believed (as Bitcoin Core)")]
    [InlineData(-1L, false)]
    [InlineData(long.MinValue, false)]
    [InlineData(2_100_000_000_000_001L, false)]
    [InlineData(long.MaxValue, false)]
    [InlineData(0L, true)]
    [InlineData(2_100_000_000_000_000L, true)]
    public void Believed_fee_filters(long filter, bool believed)
    {
        var preferences = Preferences();
        preferences.Note(new FeeFilterMessage(1_000));
        preferences.Note(new FeeFilterMessage(filter));
        var limit = believed ? filter : 1_000;
        Assert.True(Wants(preferences, News(1, limit)));
        Assert.False(Wants(preferences, News(1, limit - 1)));
    }

    [Theory(DisplayName = "A loaded filter: a full one and one of no bytes match everything, an empty one nothing; cleared, everything passes")]
    [InlineData(0xFF, 10, true)]
    [InlineData(0x00, 10, false)]
    [InlineData(0x00, 0, true)]
    public void Loaded_filters(byte bits, int size, bool wanted)
    {
        var preferences = Preferences();
        preferences.Note(Filter(bits, size));
        Assert.Equal(wanted, Wants(preferences, News(1)));
        Assert.Equal(wanted, Wants(preferences, Announcement.Of(Transaction(1, Key))));
        Assert.Equal(wanted, Wants(preferences, Announcement.Of(Tx(1))));
        preferences.Note(FilterClearMessage.Instance);
        Assert.True(Wants(preferences, News(1)));
    }

    [Fact(DisplayName = "The body is matched where there is one, else the id: what the filter looks for may be in a script")]
    public void Body_or_id()
    {
        var transaction = Transaction(1, Key);
        var withoutBody = new Announcement.OfTransaction(transaction.Id, transaction.WitnessId);
        var preferences = Preferences();
        preferences.Note(Filter(0, 1_000));
        preferences.Note(new FilterAddMessage(Key));
        Assert.True(Wants(preferences, Announcement.Of(transaction)));
        Assert.False(Wants(preferences, Announcement.Of(Transaction(2, 8, 8, 8, 8))));
        Assert.False(Wants(preferences, withoutBody));
        preferences.Note(new FilterAddMessage(transaction.Id.ToArray()));
        Assert.True(Wants(preferences, withoutBody));
        Assert.True(Wants(preferences, Announcement.Of(InventoryVector.Transaction(transaction.Id))));
    }

    [Fact(DisplayName = "What spends an output that matched matches too, where the filter is to be updated (BIP 37)")]
    public void Matches_go_on()
    {
        foreach (var update in (BloomUpdate[])[BloomUpdate.All, BloomUpdate.None])
        {
            var transaction = Transaction(1, Key);
            var spending = Wire.Transaction.Create(
                1, [new TransactionInput(new OutPoint(transaction.Id, 0), default, 0, default)], [new TransactionOutput(1, default)], 0);
            var preferences = Preferences();
            preferences.Note(Filter(0, 1_000) with { Update = update });
            preferences.Note(new FilterAddMessage(Key));
            Assert.False(Wants(preferences, Announcement.Of(spending)));
            Assert.True(Wants(preferences, Announcement.Of(transaction)));
            Assert.Equal(update == BloomUpdate.All, Wants(preferences, Announcement.Of(spending)));
        }
    }

    [Fact(DisplayName = "An item by wtxid is for those who relay by wtxid")]
    public void Items_by_wtxid()
    {
        var item = Announcement.Of(InventoryVector.WitnessTransactionId(Hash(1)));
        Assert.True(Preferences().Want(item, byWitnessId: true));
        Assert.False(Preferences().Want(item, byWitnessId: false));
    }

    private static RelayPreferences Preferences(bool relay = true) => new(relay, blocksOnly: false);

    private static bool Wants(RelayPreferences preferences, Announcement announcement) => preferences.Want(announcement, byWitnessId: true);

    private static FilterLoadMessage Filter(byte bits, int size = 10) => new(Enumerable.Repeat(bits, size).ToArray(), 5, 0, BloomUpdate.All);
}
