// A real identity provider on this machine, for the claims about signing in. It shows nobody a form:
// whoever comes is who their cookie `person` says, which a browser gets at /be/NAME.
//
//   node provider.mjs PORT
//
// Its keys are new at each start, so that a restart is a change of all keys.
import { createServer } from "node:http";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import Provider from "oidc-provider";

const server = createServer();
await new Promise((done) => server.listen(Number(process.argv[2] ?? 0), "127.0.0.1", done));
const issuer = `http://127.0.0.1:${server.address().port}`;

function key(type, options) {
  const { privateKey } = generateKeyPairSync(type, options);
  return { ...privateKey.export({ format: "jwk" }), use: "sig", kid: randomBytes(8).toString("hex") };
}

// As a native application, a client may be sent back to any port of this machine.
function client(client_id, more) {
  return {
    client_id,
    application_type: "native",
    redirect_uris: [`http://127.0.0.1/api/v1/sign-in/${client_id}/callback`],
    grant_types: ["authorization_code"],
    response_types: ["code"],
    ...more,
  };
}

const provider = new Provider(issuer, {
  jwks: {
    keys: [key("rsa", { modulusLength: 2048 }), key("ec", { namedCurve: "P-256" })],
  },
  cookies: { keys: [randomBytes(32).toString("hex")] },
  // A secret with letters that a form would change: it has to be encoded on its way.
  clients: [
    client("basic", { client_secret: "s p+a:c/e", token_endpoint_auth_method: "client_secret_basic" }),
    client("own", { token_endpoint_auth_method: "none" }),
    client("public", {
      token_endpoint_auth_method: "none",
      id_token_signed_response_alg: "ES256",
    }),
  ],
  enabledJWA: { idTokenSigningAlgValues: ["RS256", "ES256"] },
  pkce: { required: () => true },
  claims: { openid: ["sub"], profile: ["preferred_username"] },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, preferred_username: id.slice("person-".length) }),
  }),
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  // Everybody has agreed to everything already.
  loadExistingGrant: async (context) => {
    const { client, session, params } = context.oidc;
    const grant = new context.oidc.provider.Grant({
      clientId: client.clientId,
      accountId: session.accountId,
    });
    grant.addOIDCScope(params.scope);
    await grant.save();
    return grant;
  },
  ttl: { Interaction: 600, Session: 600, Grant: 600, AccessToken: 600, IdToken: 600 },
});

function person(request) {
  const cookies = (request.headers.cookie ?? "").split(/;\s*/);
  return cookies.find((cookie) => cookie.startsWith("person="))?.slice("person=".length);
}

// What somebody would decide on the page that is not shown.
function decision(asked, name) {
  if (asked === "consent") return { consent: {} };
  // Who has no name does not want to sign in.
  if (!name) return { error: "access_denied", error_description: "nobody is here" };
  return { login: { accountId: `person-${name}` } };
}

server.on("request", async (request, response) => {
  try {
    if (request.url.startsWith("/be/")) {
      response.setHeader("set-cookie", `person=${request.url.slice("/be/".length)}; Path=/`);
      response.end("so be it");
      return;
    }
    if (!request.url.startsWith("/interaction/")) {
      provider.callback()(request, response);
      return;
    }
    const { prompt } = await provider.interactionDetails(request, response);
    await provider.interactionFinished(request, response, decision(prompt.name, person(request)));
  } catch (error) {
    response.statusCode = 500;
    response.end(String(error));
  }
});

console.log(`ready ${issuer}`);
