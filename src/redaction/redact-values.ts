import { caught, classesOf, isNextParagraph, isSpokenPassword, isWellKnown } from './looks-secret.ts';
import type { SecretPattern } from './redact-tokens.ts';

/**
 * Secrets that only their place gives away: after a name such as `password`, in a URL, in a header. The danger is
 * the other way round here: `password = getpass()`, `max_tokens: 4096` and `token: string` are ordinary code and
 * stay.
 */

/** Names whose value is a secret whatever it looks like. */
const STRONG =
  'pass(?:word|wd|phrase|code)|pwd(?!ebug)|mot[ _]de[ _]passe|(?<![a-z])mdp|secret|credentials?|AccountKey|SharedAccessKey|api[ _-]?key|private[_-]?key|client[_-]key[_-]data';
const STRONG_NEEDS = ['pass', 'pwd', 'mdp', 'secret', 'credential', 'key'];
/** Names that also carry harmless values (a count, a sort key); the value must look random. */
const WEAK =
  'token(?!i[sz])|auth(?!or)|(?:access|account|auth|signing|encryption|master|session|shared|subscription|webhook)[ ._-]?key|cookie|session[_-]?id|(?<![a-z])pin(?!-sha)';
const WEAK_NEEDS = ['token', 'auth', 'key', 'cookie', 'session', 'pin'];
const QUOTED_VALUE = `"([^"\\n]{3,400})"|'([^'\\n]{3,400})'|\`([^\`\\n]{3,400})\``;
const BARE_VALUE = `([^\\s"'\`<>,;]{3,1000})`;

const isTemplate = (value: string): boolean =>
  /^[$%<{[(]|\$\{|\{\{|^(?:x+|\*+|\.+|…+|-+|_+)$|\*{3}|\.{3}$|process\.env|os\.environ|^\[redacted/i.test(value);
const WORDS_OF_CODE =
  /^(?:null|none|nil|true|false|undefined|string|str|number|int|bool(?:ean)?|bytes?|text|varchar.*|any|unknown|object|required|optional|redacted|hidden|masked|empty|missing|invalid|expired|await|self|this|new|async|function|password|passwd|pwd|secret|token|value|input|here|below|above|unset|default|change[_-]?me|placeholder|example|your[_-][\w-]+)[.,:;!?)]*$/i;
/** `args.password`, `getpass()`, `config["x"]`, `Type<T>`: an expression, not a value. */
const isExpression = (value: string): boolean =>
  /^[A-Za-z_$][\w$]*(?:(?:\?\.|\.|::|->)[A-Za-z_$][\w$]*)+[.,;)]*$|[A-Za-z_\])]\(|\w\[|=>|&&|\|\|/.test(value);
/** A quoted name, call or element of code, without a digit that a password may have. */
const CODE = /^[A-Za-z_$]+(?:\.[A-Za-z_$]+)*(?:\.[A-Za-z_$]+|\([\w$., ]*\)|\[[\w$.]*\])$/;
const isPath = (value: string): boolean => /^(?:\.{0,2}|~)\/[\w.-]+(?:\/|$)/.test(value);
/** Digits among letters, as random text has and words have not; a path, a version or a date is none. */
const looksRandom = (value: string): boolean =>
  value.length >= 8 &&
  /\d/.test(value) &&
  /[A-Za-z]/.test(value) &&
  !/^(?:[~./]|\d+(?:[.:-]\d+)|[a-z]+:\/\/)/.test(value);

/** `arn:aws:secretsmanager:…:secret:name` says where a secret is kept. */
const isPartOfResource = ({ input = '', index = 0 }: RegExpMatchArray): boolean =>
  /(?<![\w-])arn:[\w:/.-]*$/.test(input.slice(Math.max(0, index - RESOURCE_CHARS_MAX), index));
const RESOURCE_CHARS_MAX = 120;

/** `existingSecret: postgres-creds-v2`, `secretName: tls-wildcard-2024` name a secret that is kept elsewhere. */
const namesSecret = ({ 0: text, input = '', index = 0 }: RegExpMatchArray): boolean =>
  /^secret[_-]?(?:name|ref)\b/i.test(text) ||
  (/^secret/i.test(text) && /existing[_-]?$/i.test(input.slice(0, index).slice(-9)));

/** `AUTH_PROVIDER`, `KEY_VERSION`: says something of a secret. */
const DESCRIBES = /[_-](?:provider|version|algorithm|algo|method|backend|scheme|issuer)["'`]?\s{0,8}[:=]/i;

function acceptStrong(match: RegExpMatchArray): boolean {
  const value = caught(match);
  if (isTemplate(value) || WORDS_OF_CODE.test(value) || isPartOfResource(match)) return false;
  if (isWellKnown(value) || isNextParagraph(match) || namesSecret(match)) return false;
  const quoted = /["'`]$/.test(match[0]);
  if (quoted)
    return (
      value.length >= 4 &&
      !/^\s|[.!?:]\s|\s$/.test(value) &&
      !(/\s/.test(value) && !/\d/.test(value) && value.length > 40)
    );
  if (isExpression(value) || value.length < 4) return false;
  if (isPath(value)) return false;
  const spaced = /[:=]\s/.test(match[0]);
  if (!spaced) return !/(?:password|passwd|secret|token|key)$/i.test(value) && !/^\d{1,3}$/.test(value);
  // After a colon or a spaced sign a plain word is prose or a variable: digits or marks must tell.
  const plain = value.replace(/[.,:;!?)]+$/, '');
  return (
    plain.length >= 6 &&
    classesOf(plain) >= 2 &&
    /[\d!@#$%^&*+]/.test(plain) &&
    !/^[a-z]+_[a-z_]+$|^\d+(?:\.\d+)?[a-z%]{0,3}$/i.test(plain)
  );
}

function acceptWeak(match: RegExpMatchArray): boolean {
  const value = caught(match);
  return (
    !isTemplate(value) &&
    !isExpression(value) &&
    looksRandom(value) &&
    value.length >= 12 &&
    !DESCRIBES.test(match[0]) &&
    !isNextParagraph(match)
  );
}

/** In a file of settings (`NAME=value` at the start of a line) a plain word may be a password too. */
function acceptSetting(match: RegExpMatchArray): boolean {
  const value = caught(match).replace(/^["']|["']$/g, '');
  if (
    isTemplate(value) ||
    isWellKnown(value) ||
    DESCRIBES.test(match[0]) ||
    WORDS_OF_CODE.test(value) ||
    /^(?:[~./\\]|\d{1,9}(?:\.\d+)?[a-z]{0,2}$|https?:\/\/[^@]*$)/.test(value)
  )
    return false;
  return (
    value.length >= 4 &&
    !/(?:_PATH|_FILE|_DIR|_URL|_TTL|_ID|_NAME|_TYPE|_COUNT|_MAX|_MIN|_LEN|_LENGTH)\s*=/.test(match[0])
  );
}

function acceptBearer(match: RegExpMatchArray): boolean {
  const value = caught(match);
  return (
    !isTemplate(value) &&
    !(isExpression(value) && !/\d/.test(value)) &&
    (looksRandom(value) || (value.length >= 20 && classesOf(value) >= 2 && !/^[A-Za-z]+(?:-[a-z]+)+$/.test(value)))
  );
}

function acceptBasic(match: RegExpMatchArray): boolean {
  return /^[\x20-\x7e]{1,200}:[\x20-\x7e]{1,200}$/.test(Buffer.from(caught(match), 'base64').toString('latin1'));
}

const acceptLogin = (match: RegExpMatchArray): boolean => !isTemplate(caught(match));

const STRONG_NAME = new RegExp(`^(?:${STRONG})`, 'i');
function acceptEscaped(match: RegExpMatchArray): boolean {
  const value = caught(match);
  if (isTemplate(value) || WORDS_OF_CODE.test(value)) return false;
  return STRONG_NAME.test(match[0]) ? value.length >= 4 : looksRandom(value) && value.length >= 12;
}

function named(
  kind: string,
  names: string,
  needs: readonly string[],
  accept: SecretPattern['accept'],
): SecretPattern[] {
  const head = `(?:${names})(?:[_-]?[A-Za-z0-9]{1,20}){0,2}["'\`]?\\s{0,8}(?::=|=>|={1,2}|:)\\s{0,8}`;
  return [
    { kind, needs, pattern: new RegExp(`${head}(?:[bru]{0,2}(?:${QUOTED_VALUE})|${BARE_VALUE})`, 'gi'), accept },
    {
      kind,
      needs,
      pattern: new RegExp(`(?<![a-z-])--?[a-z-]{0,20}(?:${names})[= ](?:${QUOTED_VALUE}|(?!-)${BARE_VALUE})`, 'gi'),
      accept: acceptArgument,
    },
  ];
}

/** `--password hunter2` and `--token abc123…`; `--token-file x` is not matched, `--password-stdin` neither. */
function acceptArgument(match: RegExpMatchArray): boolean {
  const value = caught(match);
  if (isTemplate(value) || isExpression(value) || WORDS_OF_CODE.test(value) || /^[~./]/.test(value)) return false;
  return /pass|pwd/i.test(match[0])
    ? value.length >= 4 && (match[0].startsWith('--') || /\d/.test(value))
    : looksRandom(value);
}

export const VALUE_PATTERNS: readonly SecretPattern[] = [
  // The user's name stays: it says which account the text is about. A password may hold `@`; the last one ends it.
  {
    kind: 'url-password',
    needs: ['://'],
    pattern: /(?<=[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@'"<>]{0,256}:)([^\s/'"<>]{1,256})(?=@[\w[])/gi,
    accept: acceptLogin,
  },
  {
    kind: 'url-password',
    needs: ['://'],
    pattern:
      /(?<=(?:postgres(?:ql)?|mysql|mariadb|mongodb(?:\+srv)?|rediss?|amqps?):\/\/[^\s/:@'"<>]{0,256}:)(?!\d{1,5}\/)([^\s@'"<>]{1,256})(?=@[\w[])/gi,
    accept: acceptLogin,
  },
  { kind: 'url-token', needs: ['://'], pattern: /(?<=:\/\/)([A-Za-z0-9_-]{20,256})(?=@[\w[])/g },
  {
    kind: 'url-token',
    needs: ['?', '&'],
    pattern:
      /[?&](?:access_?token|id_?token|refresh_?token|api_?key|token|sig|signature|x-amz-signature|x-amz-security-token|x-goog-signature|password|client_secret|secret|auth|sas)=([^&\s#'"<>]{8,2000})/gi,
    accept: acceptLogin,
  },
  {
    kind: 'bearer',
    needs: ['bearer'],
    pattern: /\bBearer\s{1,4}([A-Za-z0-9._~+/=-]{12,2000})/gi,
    accept: acceptBearer,
  },
  {
    kind: 'basic-auth',
    needs: ['basic'],
    pattern: /\bBasic\s{1,4}([A-Za-z0-9+/]{8,400}={0,2})/gi,
    accept: acceptBasic,
  },
  {
    kind: 'authorization',
    needs: ['authorization', 'x-'],
    pattern:
      /(?:Authorization|X-[A-Za-z-]{0,30}(?:Key|Token|Auth|Secret))["']?\s{0,4}:\s{0,4}["']?(?:(?:token|bearer|basic|digest|apikey|key)\s{1,4})?([^\s"',]{8,2000})/gi,
    accept: acceptBearer,
  },
  {
    kind: 'cookie',
    needs: ['cookie:'],
    pattern: /(?:^|[\n"'])(?:Set-)?Cookie:\s{0,4}([^\n"']{8,4000})/gi,
    accept: (match) => /=[^;\s]{8}/.test(match[0]),
  },
  {
    // In running text only the pairs themselves go, since a sentence may follow.
    kind: 'cookie',
    needs: ['cookie:'],
    pattern:
      /(?<![\w-])(?:Set-)?Cookie:\s{0,4}([\w.-]{1,100}=[^\s;,"']{1,4000}(?:;\s{0,2}[\w.-]{1,100}(?:=[^\s;,"']{0,4000})?){0,50})/gi,
    accept: (match) => /=[^;\s]{8}/.test(match[0]),
  },
  {
    kind: 'setting',
    needs: ['KEY', 'TOKEN', 'SECRET', 'PASS', 'PWD', 'CREDENTIAL', 'AUTH'],
    pattern:
      /^[ \t]{0,16}(?:export[ \t]{1,4}|set[ \t]{1,4}|ENV[ \t]{1,4}|-[ \t]{1,4})?[A-Z][A-Z0-9_]{0,60}?(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|PASS|PWD|CREDENTIALS?|AUTH)(?:_[A-Z0-9_]{1,30})?[ \t]{0,4}=[ \t]{0,4}("[^"\n]{3,1000}"|'[^'\n]{3,1000}'|[^\s"'#]{3,1000})/gm,
    accept: acceptSetting,
  },
  {
    // A line of YAML with the name of a variable: a plain word may be a password there too.
    kind: 'setting',
    needs: ['_PASSWORD', '_PASSWD', '_PASSPHRASE', '_PWD'],
    pattern:
      /^[ \t]{0,16}(?:-[ \t]{1,4})?[A-Z][A-Z0-9_]{0,60}?_(?:PASSWORD|PASSWD|PASSPHRASE|PWD):[ \t]{1,8}([a-z][^\s"'#:,;.()]{5,200})[ \t]{0,8}$/gm,
    accept: (match) => acceptSetting(match) && !/^(?:mandatory|generated|secrets?|see|from)\b/.test(caught(match)),
  },
  ...named('password', STRONG, STRONG_NEEDS, acceptStrong),
  ...named('token', WEAK, WEAK_NEEDS, acceptWeak),
  {
    // JSON inside of a text: in a command line, in a line of a log.
    kind: 'password',
    needs: ['\\"', "\\'"],
    pattern: new RegExp(
      `(?:${STRONG}|${WEAK})(?:[_-]?[A-Za-z0-9]{1,20}){0,2}\\\\{0,6}\\\\["']\\s{0,8}[:=]\\s{0,8}\\\\{1,7}["']([^"'\\\\\\n]{3,400})(?=\\\\)`,
      'gi',
    ),
    accept: acceptEscaped,
  },
  {
    kind: 'password',
    needs: ['password>', 'passwd>', 'secret>', 'token>', 'apikey>'],
    pattern: /<(?:\w{1,20}:)?[A-Za-z-]{0,20}(?:password|passwd|secret|token|apikey)>([^<>\s]{4,400})</gi,
    accept: acceptLogin,
  },
  {
    kind: 'password',
    needs: ['pass', 'pwd', 'mdp', 'api key', 'secret key', 'access key', 'token'],
    pattern: new RegExp(
      `\\b(?:password|passphrase|passcode|passwd|pwd|mot de passe|mdp|api key|secret key|access key|token)\\b[^.\\n:=]{0,40}?\\s(?:is|was|est|:)\\s{1,3}(?:now |still |maintenant )?(?:${QUOTED_VALUE}|${BARE_VALUE})`,
      'gi',
    ),
    accept: (match) =>
      /["'`]$/.test(match[0])
        ? !/\s.*\s.*\s/.test(caught(match)) && !WORDS_OF_CODE.test(caught(match)) && !CODE.test(caught(match))
        : isSpokenPassword(caught(match)) && !isNextParagraph(match),
  },
  {
    kind: 'password',
    needs: ['curl'],
    pattern: /\bcurl\b[^\n]{0,200}?\s(?:-u|--user)[ =]["']?[^\s:"']{1,100}:([^\s"']{3,200})/g,
    accept: acceptLogin,
  },
  {
    kind: 'password',
    needs: ['sshpass', 'mysql', 'mariadb'],
    pattern: /\b(?:sshpass|mysql|mysqldump|mariadb)\b[^\n|]{0,200}?\s-p ?["']?([^\s"'-][^\s"']{3,100})/g,
    accept: (match) => isSpokenPassword(caught(match)),
  },
  {
    kind: 'password',
    needs: ['identified', 'password'],
    pattern: /\bIDENTIFIED\s{1,4}BY\s{1,4}'([^'\n]{3,200})'|\bPASSWORD\s{1,4}'([^'\n]{3,200})'/gi,
    accept: acceptLogin,
  },
];
