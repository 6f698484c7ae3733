using System.Security.Cryptography;
using System.Text;

namespace Tidemark.Postgres.Replication;

/// <summary>Proves to a server who we are, from the startup message until it says that all is well; by the same rules as libpq which proof it gets.</summary>
/// <param name="wire">To the server.</param>
/// <param name="rules">What we may say and must ask for.</param>
/// <param name="isEncrypted">Whether TLS protects the connection.</param>
/// <param name="certificateHash">What a channel binding is to; null: there is no TLS, or its certificate has no such hash.</param>
internal sealed class Authentication(Wire wire, AuthenticationRules rules, bool isEncrypted, byte[]? certificateHash)
{
    private const string Plain = "SCRAM-SHA-256", Bound = "SCRAM-SHA-256-PLUS";
    private const int Ok = 0, Cleartext = 3, Md5 = 5, Sasl = 10, SaslContinue = 11, SaslFinal = 12;

    private ScramExchange? scram;
    private bool isProven, isBound, hasAnswered;

    public async Task RunAsync(CancellationToken token)
    {
        while (true)
        {
            var message = await wire.ReadAsync(token);
            if (message.Kind != MessageKind.Authentication) throw ProtocolFault.Unexpected(message, "before the server asked who we are");
            if (Answer(message.Fields) is not { } answer) return;
            if (!answer.IsEmpty) await wire.SendAsync(answer, token);
        }
    }

    /// <returns>What to send, which may be nothing; null: we are in.</returns>
    private ReadOnlyMemory<byte>? Answer(MessageFields fields)
    {
        var code = fields.Int32();
        if (scram is not null && code is not (Ok or SaslContinue or SaslFinal)) throw ProtocolFault.Of("the server asks for another proof in the middle of SCRAM-SHA-256");
        switch (code)
        {
            case Ok:
                if (scram is not null && !isProven) throw ProtocolFault.Of("the server let us in without the proof that it owes");
                if (!hasAnswered) Demand("none");
                if (rules.Binding == ChannelBindingMode.Require && !isBound) throw Refuse("channel_binding=require, but the server does without");
                return null;
            case Cleartext:
                return Request.Password(Password("password"));
            case Md5:
                return Request.Password(Md5Of(Password("md5"), rules.User, fields.Take(4)));
            case Sasl:
                return Begin(fields);
            case SaslContinue when scram is not null && !isProven:
                return Request.SaslNext(scram.Answer(Encoding.UTF8.GetString(fields.Rest)));
            case SaslFinal when scram is not null && !isProven:
                scram.Verify(Encoding.UTF8.GetString(fields.Rest));
                isProven = true;
                return ReadOnlyMemory<byte>.Empty;
            default:
                throw Refuse(code switch
                {
                    2 or 7 or 8 => "it asks for Kerberos or GSSAPI, which Tidemark cannot give for replication",
                    9 => "it asks for SSPI, which Tidemark cannot give for replication",
                    _ => $"it asks for a proof of kind {code}, which Tidemark does not know",
                });
        }
    }

    private ReadOnlyMemory<byte> Begin(MessageFields fields)
    {
        var offered = new List<string>();
        for (string name; (name = fields.Text()).Length > 0;) offered.Add(name);
        // A server offers it over TLS only: else somebody in between has stripped that.
        if (offered.Contains(Bound) && !isEncrypted) throw ProtocolFault.Of($"the server offers {Bound} over a connection without TLS");
        isBound = offered.Contains(Bound) && rules.Binding != ChannelBindingMode.Disable && certificateHash is not null;
        if (!isBound && rules.Binding == ChannelBindingMode.Require) throw Refuse("channel_binding=require, but the server does without");
        if (!isBound && !offered.Contains(Plain)) throw Refuse($"it asks for one of {string.Join(", ", offered)}, and Tidemark knows {Plain}");
        var header = isBound ? "p=tls-server-end-point,," : isEncrypted && rules.Binding != ChannelBindingMode.Disable && certificateHash is not null ? "y,," : "n,,";
        scram = new ScramExchange(Password("scram-sha-256"), header, isBound ? certificateHash : []);
        return Request.SaslFirst(isBound ? Bound : Plain, scram.First);
    }

    private string Password(string method)
    {
        Demand(method);
        if (rules.Binding == ChannelBindingMode.Require && method != "scram-sha-256") throw Refuse($"channel_binding=require, but the server asks for {method}");
        hasAnswered = true;
        return rules.Password ?? throw new Fault(FaultCode.AccessDenied, "the server asks for a password")
        {
            Where = wire.Server,
            Next = "add the password to DATABASE_URL, or set PGPASSWORD or a passfile (its database is replication or *)",
        };
    }

    private void Demand(string method)
    {
        if (!rules.Allows(method)) throw Refuse($"require_auth={rules.RequireAuth}, but the server asks for {method}");
    }

    private Fault Refuse(string why) => new(FaultCode.AccessDenied, "the server's way to let us in is not ours") { Where = wire.Server, Why = why, Next = "change channel_binding or require_auth in DATABASE_URL, or the method in the server's pg_hba.conf" };

#pragma warning disable CA5351 // PostgreSQL's md5 is what it is; require_auth=!md5 forbids it.
    public static string Md5Of(string password, string user, ReadOnlySpan<byte> salt)
    {
        var inner = Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(password + user)));
        return "md5" + Convert.ToHexStringLower(MD5.HashData([.. Encoding.ASCII.GetBytes(inner), .. salt]));
    }
#pragma warning restore CA5351
}
