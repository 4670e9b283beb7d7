namespace Peers.Interop.Tests.Kit;

/// <summary>
/// How tests wait for another process: for a condition, with a limit that a loaded machine does not reach. Speed is tested elsewhere.
/// </summary>
internal static class Patience
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Nobody tells us when a foreign process changes its mind, so it is asked again and again.</summary>
    private static readonly TimeSpan BetweenQuestions = TimeSpan.FromMilliseconds(50);

    public static CancellationToken Token => new CancellationTokenSource(Limit).Token;

    /// <summary>Asks until the answer is not null.</summary>
    public static async Task<T> ForAsync<T>(string what, Func<Task<T?>> ask)
        where T : struct
    {
        using var limit = new CancellationTokenSource(Limit);
        using var timer = new PeriodicTimer(BetweenQuestions);
        try
        {
            while (true)
            {
                if (await ask() is { } answer)
                {
                    return answer;
                }

                await timer.WaitForNextTickAsync(limit.Token);
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            throw new TimeoutException($"waited {Limit.TotalSeconds} s in vain for this: {what}");
        }
    }

    /// <summary>Asks until the answer is yes.</summary>
    public static Task UntilAsync(string what, Func<Task<bool>> ask) => ForAsync<bool>(what, async () => await ask() ? true : null);

    /// <summary>The result of a task that may take as long as the limit.</summary>
    public static async Task<T> WithinLimitAsync<T>(this Task<T> task, string what)
    {
        try
        {
            return await task.WaitAsync(Limit);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"waited {Limit.TotalSeconds} s in vain for this: {what}");
        }
    }
}
