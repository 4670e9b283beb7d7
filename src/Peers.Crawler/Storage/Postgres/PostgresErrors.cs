using System.Net.Sockets;
using Npgsql;

namespace Peers.Crawler;

/// <summary>What PostgreSQL and the way to it complain of: what goes away by itself, and the rest as one line that names what to change.</summary>
internal static class PostgresErrors
{
    /// <summary>
    /// Whether the same transaction may succeed later: it met another's, or the server was gone. A commit whose answer was lost may be done again,
    /// for all writes are idempotent.
    /// </summary>
    public static bool IsPassing(Exception exception) => exception switch
    {
        PostgresException server => server.IsTransient || server.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected
            or PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.IdleSessionTimeout,
        NpgsqlException way => way.IsTransient || way.InnerException is IOException or SocketException or TimeoutException or null,
        IOException or SocketException or TimeoutException => true,
        _ => false,
    };

    public static CrawlStoreException Of(string store, Exception exception) => new(
        exception switch
        {
            PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } => $"{store} is not there: make it with createdb, or give another database",
            PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } server =>
                $"{store} refuses the user: change Username and Password of the connection string ({server.MessageText})",
            PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } server =>
                $"{store} does not let the user do this: grant it CREATE on the schema ({server.MessageText})",
            PostgresException { SqlState: PostgresErrorCodes.DiskFull } => $"no space is left for {store}: free some on the server",
            PostgresException { SqlState: PostgresErrorCodes.TooManyConnections } => $"{store} has no connection left: raise the server's max_connections",
            PostgresException server => $"{store} cannot be used: {server.MessageText}",
            _ => $"{store} does not answer: start the server, or change Host and Port of the connection string ({Line(exception)})",
        },
        exception);

    private static string Line(Exception exception) => exception.GetBaseException().Message.ReplaceLineEndings(" ");
}
