namespace Peers.Hostile.Tests;

/// <summary>A row that another project's tests show, that is not of a peer library, or that is not there yet.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Input">What comes.</param>
/// <param name="Core">What Bitcoin Core does.</param>
/// <param name="Here">What happens here; for a row out of scope, why it is.</param>
/// <param name="Tests">The tests that show it, as Class.Method.</param>
internal sealed record RowElsewhere(string Number, string Input, string Core, string Here, params string[] Tests)
{
    /// <summary>Whether it is something that is to come.</summary>
    public bool NotYet { get; init; }
}

internal static class RowsElsewhere
{
    public static IReadOnlyList<RowElsewhere> All { get; } =
    [
        new("15", "our own nonce", "closed, not punished", "both halves end with `SelfConnection`", "HandshakeSimulation.Self_connection", "SimultaneousOpenSimulation.Self"),
        new("27", "a peer that was asked for addresses and never sends any", "closed after 300 s", "the request ends in its time, the handshake has its deadline", "RequestSimulation.Every_end", "StallSimulation.Unanswered_requests"),
        new("28", "half-open connections: a dial that nobody answers, a power cut", "5 s; 20 min without a pong", "`ConnectFailed` in `peers.connection.connect-timeout`; `PingUnanswered`", "LifeSimulation.Blackhole", "RestartSimulation.Power_cut_of_a_remote", "FlowSimulation.Ping_unanswered"),
        new("45", "each prefix of each valid payload", "cannot be read, stays", "`Truncated`, with type, offset and field; as the policy", "MessageProperties.Every_truncation_is_named"),
        new("46", "a valid payload and up to 100 bytes behind it", "taken", "as the policy: `core` takes it, `btcd` disconnects", "MessageProperties.Trailing_bytes_follow_the_policy"),
        new("47", "counts: none, the cap, one more, not canonical, up to 2^64 - 1", "cannot be read; memory is flat", "an error before any allocation; at most twice the bytes and 64 KiB", "AllocationProperties.Hostile_counts_are_bounded", "AllocationProperties.Hostile_counts_in_short_payloads_are_bounded", "MessageProperties.Non_canonical_counts_are_refused"),
        new("48", "each flip of one bit of a valid corpus", "read, or cannot be read", "read, or a `WireException`; what is read is written back the same", "MessageProperties.Every_bit_flip_parses_or_fails_with_a_wire_error", "MessageProperties.Messages_survive_a_round_trip"),
        new("49", "addrv2: unknown networks, wrong lengths, 513 bytes, disguised addresses", "the message is lost, or the entry is skipped", "the same", "AddressWireTests.Broken_addresses_are_refused", "AddressWireTests.Long_addresses_are_refused", "AddressTextTests.Disguises_are_not_relayed"),
        new("50", "times of addresses: 0, 2^32 - 1, far in the future", "taken for five days ago", "kept as they were said; a crawler takes what is of the future or of nowhere for long ago", "MessageProperties.Messages_survive_a_round_trip"),
        new("51", "inv of types 0, 2^32 - 1, with flags", "unknown ones are ignored", "kept as they were said", "ValueTests.Inventory_vectors_know_their_kind"),
        new("52", "transactions: no inputs, unknown flags, superfluous witness, huge counts", "cannot be read", "a `WireException` in linear memory", "TransactionTests.Unknown_flags_are_refused", "TransactionTests.Superfluous_witnesses_are_refused", "TransactionTests.Impossible_counts_are_truncated", "AllocationProperties.Smallest_transactions_are_decoded_within_the_bound"),
        new("53", "blocks: 2^32 transactions, wrong merkle root, a transaction twice (CVE-2012-2459)", "cannot be read; mutated", "`Truncated`; `ComputeMerkleRoot` tells mutated", "BlockTests.Impossible_counts_are_truncated", "MerkleTreeTests.Mutations_are_seen"),
        new("54", "compact blocks: 65,536 transactions, overflowing indexes, twice the same", "cannot be read", "a `WireException`", "CompactBlockTests.The_number_of_transactions_is_bounded", "CompactBlockTests.Impossible_indexes_are_refused"),
        new("55", "compact filters above 256 KiB", "bounded", "a `WireException`; filters are handed on, not decoded", "LimitTests.Lists_are_bounded"),
        new("56", "merkle blocks: surplus of flags and hashes, no transactions, too many", "cannot be used", "`PartialMerkleTree` proves nothing of what is damaged", "MerkleTreeTests.Damaged_proofs_fail", "MerkleTreeTests.Impossible_trees_are_refused"),
        new("57", "bloom filters of 36,001 bytes, 51 functions, 0 bytes", "closed and discouraged", "`TooMany`, misbehaviour; nothing divides by zero", "LimitTests.Lists_are_bounded", "LimitTests.Hash_functions_are_bounded", "BloomFilterTests.Filters_without_functions_or_bits"),
        new("58", "formulas, control characters and escapes in a user agent", "sanitised", "escaped wherever it goes: terminal, log, CSV, HTML, GraphML", "VersionTests.User_agents_are_kept_and_escaped", "TextExportTests.Cells_are_harmless", "CrawlReportTests.Text_is_harmless"),
        new("64", "a flood of pings, answers never read", "240,000 taken, memory flat", "no more is read, under 512 KiB wait; `WriteTimedOut` after 20 min", "LimitsSimulation.Unread_pongs", "LimitsSimulation.Pongs_are_taken_again"),
        new("68", "headers that were asked for never come", "asked again, then closed", "`Stalled(getheaders)`, or the request ends", "StallSimulation.Unanswered_requests"),
        new("69", "a block that was asked for never comes, or comes a byte a second", "asked elsewhere, then closed", "`Stalled(getdata)`; who to ask then is the node's, which has the end of its request", "StallSimulation.Withheld_block", "RequestSimulation.Every_end"),
        new("70", "unrequested, unconnected and mutated blocks", "limits; the last closed and discouraged", "delivered; what a block is worth only the node can see, which says so by `ReportMisbehaviour`", "BanSimulation.Reported", "RequestSimulation.Answers_go_to_the_asker"),
        new("77", "fingerprinting by stale blocks and unannounced transactions", "ignored", "out of scope: this library serves nothing of itself; the node that answers `getdata` decides"),
        new("78", "floods of orphans", "the worst peer pays", "out of scope: orphans are a mempool's, and no store of them is here"),
        new("81", "200 idle connections from one address", "114 stay, the newest go", "8 unfinished handshakes of one prefix, the rest is refused; eviction above `peers.listen.max-inbound`", "AdmissionSimulation.Idle_connections_from_one_prefix", "AdmissionSimulation.Idle_connections_from_everywhere"),
        new("82", "140 handshakes from one netgroup", "eviction by netgroup, who is protected stays", "the same", "AdmissionSimulation.A_crowd_from_one_netgroup", "EvictionTests.As_Bitcoin_Core"),
        new("83", "a flood from one /24 or /64", "8 unfinished (btcd), refused when accepted, few lines in the log", "the same", "AdmissionSimulation.Idle_connections_from_one_prefix", "AdmissionSimulation.Floods_of_lines"),
        new("84", "a flood from many prefixes", "a bucket for the key work of BIP 324", "out of scope until the encrypted transport is there: a v1 connection costs no key work"),
        new("85", "20 peers that hold 3.999 of 4 MB", "4.3 MB each, no bound for all", "4.5 MB each at most, and `peers.receive-budget` for all: the owner of the largest goes", "LimitsSimulation.Receive_budget", "ReadWindowTests.Unfinished_messages_count"),
        new("86", "a peer that reads nothing for 20 minutes", "closed", "`WriteTimedOut`", "LimitsSimulation.Write_deadline"),
        new("87", "a peer that reads a byte a second", "closed when a send takes 20 min", "`SlowReader` above `peers.connection.write-limit`, else `WriteTimedOut`", "FlowSimulation.Slow_reader", "WriteDeadlineTests.One_alarm"),
        new("88", "both sides say 4 MB at once", "no deadlock", "no deadlock", "FullQueuesSimulation.Both_full"),
        new("89", "no descriptors left when accepting, no ports left when dialling", "goes on with a back-off", "the same: no busy loop, peers are served, a dial is `ConnectFailed`, who waited is served afterwards; only .NET itself ends the process if it must start a thread meanwhile, so the tool refuses a limit that is too low", "PoorHostTests.No_descriptors", "PoorHostTests.No_ports"),
        new("90", "a port in use", "one clear error", "`ListenFailed` names the address", "LoopbackTests.Failures_say_what_they_are"),
        new("91", "names that do not exist, take for ever, have 1,000 records or private ones", "32 a seed, others go on", "a name's addresses are tried one by one; seeds of a crawl are bounded and filtered as all addresses are", "LoopbackTests.Names_are_tried_address_by_address", "CrawlSimulation.Never_dialled"),
        new("93", "clock jumps", "deadlines on a monotonic clock", "the same", "ClockJumpSimulation.Jumps", "ClockJumpSimulation.Deadlines"),
        new("94", "a pause of ours of 5 s", "nobody is blamed", "a turn of ours that comes late blames nobody", "ClockJumpSimulation.Jumps", "StallSimulation.Our_slowness_is_ours", "WriteDeadlineTests.A_second_look"),
        new("95", "delay, loss, a small MTU, 1 kB/s", "slower, the same words", "the same, over simulated links and by the kernel's own means (`tc`; delay and loss by `netem` where the kernel has it)", "PingUnderBulkSimulation.Full_line", "PoorHostTests.Bad_line"),
        new("96", "the line is dead for 30 s, and back", "goes on, or closed and dialled again", "goes on within the time-outs, else ends; dialling again comes with kept connections", "PartitionSimulation.Short", "PartitionSimulation.Long"),
        new("97", "all peers restart at once", "spread by jitter", "every connection ends once; dialling again comes with kept connections", "RestartSimulation.All_at_once"),
        new("98", "a full disk, a broken address book", "starts with a warning", "out of scope until there is an address book; the crawler's stores and the tool's files: a line, and the next start works", "CrawlSimulation.Store_fails"),
        new("99", "kill -9 while the address book is written", "old or new, never half", "out of scope until there is an address book; a crawl's store survives it", "CrawlCommandTests.Killed"),
        new("100", "a callback that throws, blocks, is slow", "of that peer alone", "callbacks run on actors of their own: a slow one slows its remote and nothing else", "SubscriptionTests.Slow_subscribers_slow_the_remote", "SubscriptionTests.Throwing_subscribers", "HookSimulation.Admission_hook_that_throws"),
        new("101", "a stop during 1,000 handshakes", "under 5 s", "under 5 s, no socket left", "LoopbackTests.Thousand_connections_stop", "LifeSimulation.Stop"),
        new("102", "two connections to one address; both sides dial at once", "one is kept", "a second dial is refused; one each way may both be there", "SimultaneousOpenSimulation.Both_dial", "AdoptionTests.Duplicates"),
        new("103", "a cluster that loses machines in the middle of a crawl", "–", "no address is lost, none is visited more than once more", "ClusterCrawlTests.One_goes", "CrawlSimulation.Parts_crash"),
        new("104", "messages above Akka.Remote's frame", "–", "never: the largest fits, and a poisoned one is dropped alone", "RemotingTests.Longest", "CrawlSerializerTests.Longest", "RemotingTests.Poisoned"),
        new("105", "a flood into mailboxes", "–", "bounded by reading only what was consumed", "FlowSimulation.Read_window"),
        new("CVE-2015-3641", "32 MiB of memory by an announced length", "fixed", "an announced length costs nothing", "V1TransportTests.An_announced_length_costs_nothing", "V1TransportTests.Oversized_lengths_are_refused_on_the_header"),
        new("CVE-2024-52920", "a malformed getdata, endless work", "fixed", "a read ends with its bytes: every truncation and flip of every message ends", "MessageProperties.Every_truncation_is_named", "MessageProperties.Random_bytes_parse_or_fail_with_a_wire_error"),
        new("CVE-2024-52915", "50,000 block inv, 50,000 answers of ours", "fixed", "row 61", "SemanticsTests.Blocks_announced"),
        new("CVE-2024-52914", "work of hours on orphans", "fixed", "out of scope: no orphans are kept here"),
        new("CVE-2020-14198", "a list of bans without bound", "fixed", "a million bans at most, found by the length of their prefix", "BanBookTests.A_million_bans"),
        new("CVE-2024-52913", "a slow peer keeps a transaction from us", "fixed", "a request ends in its time and says so, and at once when its peer goes; who to ask next is the node's", "RequestSimulation.Every_end"),
        new("CVE-2024-52919", "ids of 32 bits in the address book", "fixed", "out of scope until there is an address book; a crawler's ids have 64 bits"),
        new("CVE-2019-25220", "chains of little work fill the memory", "fixed", "out of scope: no headers are kept here"),
        new("CVE-2024-52916", "the same before a checkpoint", "fixed", "out of scope: no headers are kept here"),
        new("CVE-2024-35202", "blocktxn twice, an assertion", "fixed", "a block's parts are filled by a type that throws nothing at a remote's word", "CompactBlockTests.Impossible_indexes_are_refused", "FramingTests.Unrequested"),
        new("CVE-2024-52921", "a mutated block of one peer stops the download from another", "fixed", "each connection's requests are its own", "RequestSimulation.Answers_go_to_the_asker"),
        new("CVE-2024-52912", "the smallest number of 64 bits as a time", "fixed", "row 22", "BeforeTheHandshakeTests.Any_height_and_time"),
        new("CVE-2025-54604", "a log filled by strangers", "fixed", "what strangers can make us log is bounded", "AdmissionSimulation.Floods_of_lines", "ReputationTests.Lines_are_bounded"),
        new("CVE-2013-5700", "an empty filter, a division by zero", "fixed", "an empty filter divides by nothing", "BloomFilterTests.Filters_without_functions_or_bits"),
        new("CVE-2012-3789", "a flood of orphans", "fixed", "out of scope: no orphans are kept here"),
        new("inv-to-send", "sorting large queues of announcements", "fixed", "a queue of 50,000 at most, nothing is sorted, the oldest give way", "TrickleQueueTests.Oldest_give_way", "TrickleSimulation.Ten_thousand_transactions_to_a_hundred_peers"),
    ];
}
