// An OpenID provider of somebody else's making, for the tests of signing in: npm oidc-provider, with invented accounts.
// Reads its settings from the first argument (JSON: port, clients, accounts) and tells its issuer on standard output.
import http from 'node:http';
import { Provider } from 'oidc-provider';

const { port, clients, accounts } = JSON.parse(process.argv[2]);
const issuer = `http://localhost:${port}`;

const provider = new Provider(issuer, {
  clients,
  acrValues: ['urn:example:strong'],
  conformIdTokenClaims: false,
  claims: { openid: ['sub', 'groups', 'organisation'], profile: ['name'], acr: null, amr: null, auth_time: null },
  pkce: { required: () => true },
  features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: true } },
  cookies: { keys: ['invented-and-only-for-tests'] },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_, id) => accounts[id] && { accountId: id, claims: async () => ({ sub: id, ...accounts[id] }) },
  // Whoever signs in has consented: these are the accounts of one organisation's own people.
  loadExistingGrant: async (ctx) => {
    const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
    grant.addOIDCScope('openid profile');
    await grant.save();
    return grant;
  },
});

const answer = provider.callback();
http.createServer(async (req, res) => {
  const url = new URL(req.url, issuer);
  if (!url.pathname.startsWith('/interaction/')) return answer(req, res);
  if (req.method === 'GET') {
    res.setHeader('content-type', 'text/html');
    return res.end('<form method="post"><label>account <input name="account" id="account"></label>'
      + '<label>strong <input type="checkbox" name="strong" id="strong"></label><button>Sign in</button></form>');
  }
  let body = '';
  for await (const chunk of req) body += chunk;
  const form = new URLSearchParams(body);
  if (form.get('account') === 'nobody') {
    return provider.interactionFinished(req, res, { error: 'access_denied', error_description: 'the person said no' });
  }
  const strong = form.has('strong') ? { acr: 'urn:example:strong', amr: ['pwd', 'otp'] } : { amr: ['pwd'] };
  return provider.interactionFinished(req, res, { login: { accountId: form.get('account'), ...strong } });
}).listen(port, 'localhost', () => console.log(JSON.stringify({ issuer })));
