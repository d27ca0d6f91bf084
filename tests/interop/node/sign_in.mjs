// Signs in with npm openid-client (private_key_jwt and DPoP) and calls the inbox; shares no code with the gateway.
// Input: a JSON file {gateway, id, key (private JWK), kid, alg, proof, audience?}. Output: what each try was answered.
import { readFileSync } from "node:fs";
import * as client from "openid-client";

const told = JSON.parse(readFileSync(process.argv[2], "utf8"));
const algorithms = {
  Ed25519: { name: "Ed25519" },
  PS256: { name: "RSA-PSS", hash: "SHA-256" },
  RS256: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
};
const { kid: _kid, use: _use, alg: _alg, ...members } = told.key;
const key = await crypto.subtle.importKey("jwk", members, algorithms[told.alg], false, ["sign"]);
const audience = told.audience && {
  [client.modifyAssertion]: (_header, payload) => {
    payload.aud = told.audience;
  },
};
const config = await client.discovery(
  new URL(told.gateway), told.id, {}, client.PrivateKeyJwt({ key, kid: told.kid }, audience),
  { algorithm: "oauth2", execute: [client.allowInsecureRequests] },
);
const holder = await client.randomDPoPKeyPair(told.proof);
const DPoP = client.getDPoPHandle(config, holder);
const said = {};
const inbox = new URL("/api/v1/inbox", told.gateway);

async function answered(ask) {
  try {
    const answer = await ask();
    return { status: answer.status, body: await answer.json() };
  } catch (error) {
    return { status: error.status ?? error.response?.status ?? 0, error: error.error ?? error.code };
  }
}

try {
  const token = await client.clientCredentialsGrant(config, { scope: "inbox" }, { DPoP });
  said.token = { type: token.token_type, scope: token.scope, seconds: token.expires_in };
  const ask = (options) => client.fetchProtectedResource(config, token.access_token, inbox, "GET", null, null, options);
  said.inbox = await answered(() => ask({ DPoP }));
  said.again = await answered(() => ask({ DPoP }));
  const thief = client.getDPoPHandle(config, await client.randomDPoPKeyPair(told.proof));
  said.another_key = await answered(() => ask({ DPoP: thief }));
  said.bearer = await answered(() => ask({}));
} catch (error) {
  said.refused = { status: error.status ?? 0, error: error.error ?? error.code };
}
process.stdout.write(JSON.stringify(said));
