using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace Peers.Crawler;

/// <summary>
/// The writes of one store, done by one task. What waits when a transaction begins goes into it together, and every write's task completes after the
/// commit. Who writes faster than the disk waits in front of a queue of <see cref="Capacity"/>.
/// </summary>
internal sealed class SqliteWriteQueue : IAsyncDisposable
{
    private const int Capacity = 32;
    private const int VisitsInTransaction = 2048;

    private readonly string _path;
    private readonly SqliteWriter _writer;
    private readonly Channel<Write> _channel = Channel.CreateBounded<Write>(new BoundedChannelOptions(Capacity) { SingleReader = true });
    private readonly Task _run;

    public SqliteWriteQueue(string path, SqliteWriter writer)
    {
        _path = path;
        _writer = writer;
        _run = Task.Run(RunAsync);
    }

    /// <summary>Does work in a transaction.</summary>
    /// <param name="work">The work; it may be done again, when others of the same transaction have failed.</param>
    /// <param name="visits">How many visits it writes.</param>
    /// <param name="cancellation">Gives up waiting; what is in the queue is done all the same.</param>
    public async Task<T> RunAsync<T>(Func<SqliteWriter, T> work, int visits, CancellationToken cancellation)
    {
        var write = new Write<T>(work, visits);
        try
        {
            await _channel.Writer.WriteAsync(write, cancellation).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(_path);
        }

        return await write.Completion.WaitAsync(cancellation).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Writer.TryComplete();
        await _run.ConfigureAwait(false);
        _writer.Dispose();
    }

    private async Task RunAsync()
    {
        var group = new List<Write>();
        while (await _channel.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            var visits = 0;
            while (visits < VisitsInTransaction && _channel.Reader.TryRead(out var write))
            {
                group.Add(write);
                visits += write.Visits;
            }

            if (Commit(group) is { } failure)
            {
                if (group is [var alone])
                {
                    alone.Fail(failure);
                }
                else
                {
                    // One write that cannot be done is not to take the others with it.
                    group.ForEach(CommitAlone);
                }
            }

            group.Clear();
        }
    }

    private void CommitAlone(Write write)
    {
        if (Commit([write]) is { } failure)
        {
            write.Fail(failure);
        }
    }

    /// <returns>Why none of them was done; null when all were.</returns>
    private Exception? Commit(List<Write> group)
    {
        try
        {
            _writer.Begin();
            group.ForEach(write => write.Do(_writer));
            _writer.Commit();
        }
        catch (Exception exception)
        {
            _writer.RollBack();
            return exception is SqliteException sqlite ? SqliteErrors.Of(_path, sqlite) : exception;
        }

        group.ForEach(write => write.Complete());
        return null;
    }

    private abstract class Write(int visits)
    {
        public int Visits { get; } = visits;

        public abstract void Do(SqliteWriter writer);

        public abstract void Complete();

        public abstract void Fail(Exception exception);
    }

    private sealed class Write<T>(Func<SqliteWriter, T> work, int visits) : Write(visits)
    {
        private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? _result;

        public Task<T> Completion => _completion.Task;

        public override void Do(SqliteWriter writer) => _result = work(writer);

        public override void Complete() => _completion.TrySetResult(_result!);

        public override void Fail(Exception exception) => _completion.TrySetException(exception);
    }
}
