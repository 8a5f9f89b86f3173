/** Made-up secrets, put together at run time so that no file of the repository holds one. */
export interface SecretSample {
  kind: string;
  /** What must not be left in the text. */
  secret: string;
  text: string;
}

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';
const HEX = '0123456789abcdef';
const ALNUM = LOWER + LOWER.toUpperCase() + DIGITS;
const URL64 = `${ALNUM}-_`;

let seed = 20_260_312;
/** A repeatable run of characters that always holds a digit and both letter cases when the alphabet has them. */
function run(alphabet: string, chars: number): string {
  let out = '';
  for (let at = 0; at < chars; at += 1) {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    out += alphabet[(seed >>> 8) % alphabet.length];
  }
  return alphabet === ALNUM || alphabet === URL64 ? `a7Q${out.slice(3)}` : out;
}

function bare(kind: string, ...secrets: string[]): SecretSample[] {
  return secrets.map((secret, at) => ({
    kind,
    secret,
    text: [
      `I pasted ${secret} by mistake`,
      `key=${secret}`,
      `curl -H "X: ${secret}" https://example.org`,
      `(${secret})`,
    ][at % 4]!,
  }));
}

function inside(kind: string, secret: string, text: (secret: string) => string): SecretSample {
  return { kind, secret, text: text(secret) };
}

const dashes = '-'.repeat(5);
function pem(label: string, lines = 8): string {
  const body = Array.from({ length: lines }, () => run(`${ALNUM}+/`, 64)).join('\n');
  return `${dashes}BEGIN ${label}${dashes}\n${body}\n${dashes}END ${label}${dashes}`;
}
const jwt = () => ['ey', 'J', run(ALNUM, 30), '.ey', 'J', run(URL64, 60), '.', run(URL64, 43)].join('');

export function secretSamples(): SecretSample[] {
  const word = `Zx${run(ALNUM, 10)}!`;
  return [
    ...bare(
      'aws-access-key',
      `AK${'IA'}${run(`${LOWER.toUpperCase()}234567`, 16)}`,
      `AS${'IA'}${run(LOWER.toUpperCase(), 16)}`,
    ),
    inside('aws-secret', run(`${ALNUM}/+`, 40), (s) => `aws_secret_access_key = ${s}`),
    inside('aws-secret', run(`${ALNUM}/+`, 40), (s) => `export AWS_SECRET_ACCESS_KEY="${s}"`),
    ...bare(
      'github',
      ...['p', 'o', 's', 'u', 'r'].map((one) => `gh${one}_${run(ALNUM, 36)}`),
      `github${'_pat_'}${run(ALNUM, 22)}_${run(ALNUM, 59)}`,
    ),
    ...bare('gitlab', `gl${'pat-'}${run(URL64, 20)}`, `gl${'dt-'}${run(URL64, 20)}`, `gl${'rt-'}${run(URL64, 20)}`),
    ...bare(
      'slack',
      `xo${'xb-'}${run(DIGITS, 12)}-${run(DIGITS, 12)}-${run(ALNUM, 24)}`,
      `xo${'xp-'}${run(DIGITS, 12)}-${run(ALNUM, 32)}`,
      `xa${'pp-'}1-${run(ALNUM, 10)}-${run(DIGITS, 12)}-${run(HEX, 64)}`,
    ),
    inside(
      'slack',
      `T${run(ALNUM, 8)}/B${run(ALNUM, 8)}/${run(ALNUM, 24)}`,
      (s) => `post to https://hooks.slack.${'com'}/services/${s}`,
    ),
    ...bare(
      'stripe',
      `sk_${'live_'}${run(ALNUM, 24)}`,
      `rk_${'test_'}${run(ALNUM, 40)}`,
      `wh${'sec_'}${run(ALNUM, 32)}`,
    ),
    ...bare('google', `AI${'za'}${run(URL64, 35)}`, `ya${'29.'}${run(URL64, 80)}`, `GOC${'SPX-'}${run(URL64, 28)}`),
    inside(
      'google',
      run(`${ALNUM}/+`, 64),
      (s) =>
        `{"type":"service_account","private_key":"${dashes}BEGIN PRIVATE KEY${dashes}\\n${s}\\n${dashes}END PRIVATE KEY${dashes}\\n"}`,
    ),
    ...bare('npm', `np${'m_'}${run(ALNUM, 36)}`),
    inside('npm', run(`${HEX}-`, 36), (s) => `//packages.example.org/:_auth${'Token'}=${s}`),
    ...bare('pypi', `py${'pi-'}AgEIcHlwaS5vcmc${run(URL64, 90)}`),
    ...[
      'RSA PRIVATE KEY',
      'OPENSSH PRIVATE KEY',
      'EC PRIVATE KEY',
      'PRIVATE KEY',
      'ENCRYPTED PRIVATE KEY',
      'PGP PRIVATE KEY BLOCK',
    ].map((label) => {
      const block = pem(label);
      return { kind: 'private-key', secret: block.split('\n')[3]!, text: `here it is:\n${block}\nthanks` };
    }),
    inside(
      'private-key',
      run(`${ALNUM}+/`, 64),
      (s) => `${dashes}BEGIN RSA PRIVATE KEY${dashes}\n${run(ALNUM, 64)}\n${s}`,
    ),
    inside(
      'putty-key',
      run(`${ALNUM}+/`, 64),
      (s) => `PuTTY-User-Key-File-3: ssh-ed25519\nPrivate-Lines: 1\n${s}\nPrivate-MAC: ${run(HEX, 64)}`,
    ),
    ...bare('age-key', `AGE-${'SECRET-KEY-1'}${run('QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L', 58)}`),
    ...bare('jwt', jwt(), jwt()),
    inside('bearer', run(URL64, 40), (s) => `curl -H "Authorization: Bearer ${s}" https://api.example.org`),
    inside('bearer', run(HEX, 32), (s) => `the header was Bearer ${s} and it answered 401`),
    inside('basic-auth', Buffer.from(`svc:${word}`).toString('base64'), (s) => `Authorization: Basic ${s}`),
    inside('api-key-header', run(HEX, 32), (s) => `x-api-key: ${s}`),
    inside('cookie', run(HEX, 40), (s) => `Cookie: theme=light; session=${s}`),
    ...['https', 'ftp', 'postgres', 'postgresql', 'mysql', 'mongodb+srv', 'redis', 'amqp', 'smtp'].map((scheme) =>
      inside('url', `pw${run(ALNUM, 12)}`, (s) => `connect with ${scheme}://service:${s}@db.example.org/data`),
    ),
    inside('url', `p@${run(ALNUM, 10)}`, (s) => `postgres://service:${s}@db.example.org/data`),
    inside('url', `p/${run(ALNUM, 10)}`, (s) => `postgres://service:${s}@db.example.org/data`),
    inside('url', run(ALNUM, 12), (s) => `redis://:${s}@cache.example.org:6379/0`),
    inside('url', run(HEX, 40), (s) => `git clone https://${s}@git.example.org/a/b.git`),
    inside('url', run(ALNUM, 40), (s) => `https://files.example.org/a.zip?expires=1&signature=${s}`),
    inside('connection-string', word, (s) => `Server=db;Database=runs;User Id=sa;Password=${s};Encrypt=true`),
    inside(
      'azure',
      run(`${ALNUM}+/`, 86),
      (s) => `DefaultEndpointsProtocol=https;AccountName=a;Account${'Key'}=${s}==;EndpointSuffix=core.windows.net`,
    ),
    inside('azure', run(ALNUM, 43), (s) => `Endpoint=sb://x.servicebus.windows.net/;SharedAccess${'Key'}=${s}=`),
    inside('azure', `${run(ALNUM, 40)}%3D`, (s) => `https://a.blob.core.windows.net/c?sv=2024-01-01&sig=${s}&se=2027`),
    ...bare('azure', `${run(ALNUM, 3)}8Q~${run(ALNUM, 34)}`),
    ...bare('twilio', `S${'K'}${run(HEX, 32)}`),
    inside('twilio', run(HEX, 32), (s) => `TWILIO_AUTH_TOKEN=${s}`),
    ...bare('sendgrid', `S${'G.'}${run(URL64, 22)}.${run(URL64, 43)}`),
    ...bare('mailgun', `key${'-'}${run(HEX, 32)}`),
    ...bare('mailchimp', `${run(HEX, 32)}-us${'12'}`),
    ...bare('anthropic', `sk-${'ant-'}api03-${run(URL64, 93)}AA`),
    ...bare('openai', `sk-${run(ALNUM, 48)}`, `sk-${'proj-'}${run(URL64, 120)}`),
    ...bare('hugging-face', `h${'f_'}${run(ALNUM, 34)}`),
    ...bare('telegram', `${run('123456789', 10)}:A${'A'}${run(URL64, 33)}`),
    ...bare('discord', `M${run(ALNUM, 25)}.${run(ALNUM, 6)}.${run(URL64, 38)}`),
    inside('discord', run(URL64, 68), (s) => `https://discord.com/api/webhooks/${run(DIGITS, 18)}/${s}`),
    ...bare('shopify', `shp${'at_'}${run(HEX, 32)}`),
    ...bare('digitalocean', `do${'p_v1_'}${run(HEX, 64)}`),
    ...bare('databricks', `da${'pi'}${run(HEX, 32)}`),
    ...bare('docker', `dckr${'_pat_'}${run(URL64, 27)}`),
    ...bare('vault', `hv${'s.'}${run(URL64, 95)}`),
    ...bare('grafana', `gl${'sa_'}${run(ALNUM, 32)}_${run(HEX, 8)}`),
    ...bare('linear', `lin${'_api_'}${run(ALNUM, 40)}`),
    ...bare('notion', `nt${'n_'}${run(DIGITS, 11)}${run(ALNUM, 35)}`),
    ...bare('cloudflare', `cf${'ut_'}${run(ALNUM, 40)}${run(HEX, 8)}`),
    ...bare('tailscale', `ts${'key-'}auth-${run(ALNUM, 12)}-${run(ALNUM, 32)}`),
    ...bare('rubygems', `ruby${'gems_'}${run(HEX, 48)}`),
    ...bare('sentry', `sntry${'u_'}${run(HEX, 64)}`),
    ...bare('password-hash', `$2${'b$12$'}${run(ALNUM, 53)}`),
    ...['password', 'passwd', 'db_password', 'client_secret', 'API_KEY', 'passphrase'].flatMap((name) => [
      inside('assignment', word, (s) => `${name}=${s}`),
      inside('assignment', word, (s) => `  "${name}": "${s}",`),
      inside('assignment', word, (s) => `${name}: ${s}`),
    ]),
    inside('assignment', 'correct horse battery', (s) => `password = "${s}"`),
    inside('env', `tide${run(LOWER, 8)}`, (s) => `DB_PASSWORD=${s}\nDB_HOST=localhost`),
    inside('env', run(ALNUM, 24), (s) => `export SERVICE_TOKEN=${s}`),
    inside('env', run(ALNUM, 24), (s) => `SIGNING_KEY='${s}'`),
    inside('argument', word, (s) => `tool login --user me --password ${s}`),
    inside('argument', run(HEX, 32), (s) => `deploy --token=${s} --dry-run`),
    inside('argument', word, (s) => `curl -u admin:${s} https://nas.example.org`),
    inside('sentence', word, (s) => `the password for the NAS is ${s}`),
    inside('sentence', `Soleil${run(DIGITS, 4)}`, (s) => `le mot de passe du NAS est ${s}.`),
    inside('sql', word, (s) => `CREATE USER app IDENTIFIED BY '${s}'`),
    inside('xml', word, (s) => `<server><password>${s}</password></server>`),
  ];
}
