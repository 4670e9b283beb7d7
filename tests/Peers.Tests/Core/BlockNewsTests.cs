using Peers.Wire;
using static Peers.Tests.Core.Samples;

namespace Peers.Tests.Core;

public sealed class BlockNewsTests
{
    private readonly KnownInventory _known = new(100);

    [Fact(DisplayName = "Without sendheaders: an inv of the last block, however many there are")]
    public void By_inv()
    {
        _known.AddHeader(Hash(0));
        var chain = Chain(3, before: Hash(0));
        Assert.Equal(Inv(chain[2]), Announce(chain, wantsHeaders: false));
    }

    [Fact(DisplayName = "Headers, where the remote has the block before the first")]
    public void By_headers()
    {
        _known.AddHeader(Hash(0));
        var chain = Chain(3, before: Hash(0));
        Assert.Equal(Headers(chain), Announce(chain));
    }

    [Theory(DisplayName = "Headers that the remote has are left out")]
    [InlineData(1)]
    [InlineData(2)]
    public void Without_those_that_it_has(int had)
    {
        var chain = Chain(3, before: Hash(0));
        foreach (var header in chain.Take(had))
        {
            _known.AddHeader(header.ComputeHash());
        }

        Assert.Equal(Headers(chain[had..]), Announce(chain));
    }

    [Fact(DisplayName = "An inv, where the headers do not go on from what the remote has")]
    public void By_inv_where_headers_do_not_connect()
    {
        var chain = Chain(3, before: Hash(0));
        Assert.Equal(Inv(chain[2]), Announce(chain));
    }

    [Fact(DisplayName = "An inv, where the remote has only heard of the block before: that is not its header")]
    public void By_inv_where_the_block_before_is_hearsay()
    {
        _known.Add(InventoryVector.Block(Hash(0)));
        var chain = Chain(1, before: Hash(0));
        Assert.Equal(Inv(chain[0]), Announce(chain));
    }

    [Fact(DisplayName = "A block that was announced by inv gives no header: the next one goes by headers with it, or by inv")]
    public void After_an_inv()
    {
        _known.AddHeader(Hash(0));
        var chain = Chain(3, before: Hash(0));
        Assert.Equal(Inv(chain[0]), BlockNews.For(new Announcement.OfBlock(chain[0].ComputeHash()), wantsHeaders: true, _known));
        Assert.Equal(Inv(chain[1]), Announce(chain[1..2]));
        Assert.Equal(Headers(chain), Announce(chain));
    }

    [Fact(DisplayName = "A block that was announced by headers is had: the next one goes by its header alone")]
    public void After_headers()
    {
        _known.AddHeader(Hash(0));
        var chain = Chain(3, before: Hash(0));
        Assert.Equal(Headers(chain[..2]), Announce(chain[..2]));
        Assert.Equal(Headers(chain[2..]), Announce(chain[2..]));
    }

    [Fact(DisplayName = "Nothing, where the remote knows the block, by whatever way")]
    public void Never_twice()
    {
        _known.AddHeader(Hash(0));
        var chain = Chain(2, before: Hash(0));
        Assert.NotNull(Announce(chain));
        Assert.Null(Announce(chain));
        Assert.Null(Announce(chain, wantsHeaders: false));
        _known.Add(InventoryVector.Block(Hash(5)));
        Assert.Null(BlockNews.For(new Announcement.OfBlock(Hash(5)), wantsHeaders: true, _known));
    }

    [Fact(DisplayName = "Eight headers go as headers, nine as an inv of the last, even where the remote has some")]
    public void At_most_eight_headers()
    {
        _known.AddHeader(Hash(0));
        Assert.Equal(8, Assert.IsType<HeadersMessage>(Announce(Chain(8, before: Hash(0)))).Headers.Length);
        var nine = Chain(9, before: Hash(1));
        _known.AddHeader(nine[0].ComputeHash());
        Assert.Equal(Inv(nine[8]), Announce(nine));
    }

    private Message? Announce(BlockHeader[] chain, bool wantsHeaders = true) =>
        BlockNews.For(Assert.IsType<Announcement.OfBlock>(Announcement.Of(chain.ToWireArray())), wantsHeaders, _known);

    private static InvMessage Inv(BlockHeader header) => new([InventoryVector.Block(header.ComputeHash())]);

    private static HeadersMessage Headers(BlockHeader[] headers) => new(headers.ToWireArray());
}
