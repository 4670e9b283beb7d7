using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Peers.Interop.Tests.Kit;

/// <summary>JSON-RPC of a node: what it knows of itself and of us.</summary>
public sealed class NodeRpc : IDisposable
{
    private readonly HttpClient _http;

    /// <param name="endpoint">Where the node listens for it.</param>
    /// <param name="credentials">User and password as in the node's cookie, with a colon between them.</param>
    public NodeRpc(IPEndPoint endpoint, string credentials)
    {
        _http = new HttpClient { BaseAddress = new Uri($"http://{endpoint}/"), Timeout = Patience.Limit };
        _http.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(credentials)));
    }

    /// <summary>Calls a method.</summary>
    /// <exception cref="NodeRpcException">The node said no.</exception>
    public async Task<JsonElement> CallAsync(string method, params object[] parameters)
    {
        using var response = await _http.PostAsJsonAsync((Uri?)null, new { id = method, method, @params = parameters });
        return ResultOf(method, await AnswerAsync(response));
    }

    /// <summary>Calls a method once for each list of parameters, all in one request.</summary>
    /// <exception cref="NodeRpcException">The node said no.</exception>
    public async Task<IReadOnlyList<JsonElement>> CallAllAsync(string method, IEnumerable<object[]> calls)
    {
        using var response = await _http.PostAsJsonAsync(
            (Uri?)null, calls.Select((parameters, id) => new { id, method, @params = parameters }).ToArray());
        return [.. (await AnswerAsync(response)).EnumerateArray().Select(answer => ResultOf(method, answer))];
    }

    /// <summary>Calls a method that answers with a text.</summary>
    public async Task<string> TextAsync(string method, params object[] parameters) => (await CallAsync(method, parameters)).GetString()!;

    /// <summary>Calls a method that answers with a number.</summary>
    public async Task<int> NumberAsync(string method, params object[] parameters) => (await CallAsync(method, parameters)).GetInt32();

    public void Dispose() => _http.Dispose();

    /// <summary>Errors come with a status of 500 and still say what is wrong.</summary>
    private static async Task<JsonElement> AnswerAsync(HttpResponseMessage response)
    {
        if (response.Content.Headers.ContentType?.MediaType != "application/json")
        {
            throw new HttpRequestException($"the node answered {(int)response.StatusCode}", null, response.StatusCode);
        }

        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static JsonElement ResultOf(string method, JsonElement answer) => answer.GetProperty("error") switch
    {
        { ValueKind: JsonValueKind.Null } => answer.GetProperty("result"),
        var error => throw new NodeRpcException(method, error.GetProperty("code").GetInt32(), error.GetProperty("message").GetString()!),
    };
}

/// <summary>The node said no.</summary>
public sealed class NodeRpcException(string method, int code, string message) : Exception($"{method}: {message} ({code})")
{
    /// <summary>It is still starting.</summary>
    public const int WarmingUp = -28;

    public int Code { get; } = code;
}
