import {
  caught,
  isNameOfWords,
  isNextParagraph,
  isPasswordLike,
  isPlaced,
  isRandomRun,
  isReference,
  isSpokenPassword,
  isStrongPassword,
} from './looks-secret.ts';
import type { SecretPattern } from './redact-tokens.ts';

/**
 * Secrets that somebody tells or types: in a sentence, on a command line, in the file of a tool. Only the words
 * around them give them away, so the value must look like a password or like random text itself.
 */

const spoken = (match: RegExpMatchArray): boolean => isSpokenPassword(caught(match)) && !isNextParagraph(match);
/** `Login: admin/Winter-2024`, `admin / Winter-2024`: nobody writes a path like that. */
const SURELY_LOGIN = /^(?:logins?|creds?|credentials?|zugangsdaten|identifiants?)\s?[:=]|\s[/|]\s/i;
/** Behind an account stand names too: `user/Fix-1432-Overflow`, `operator: K8s-Operator-v1.14.2`. */
const strong = (match: RegExpMatchArray): boolean =>
  isStrongPassword(caught(match)) && (SURELY_LOGIN.test(match[0]) || !isNameOfWords(caught(match), 2.5));
const passwordLike = (match: RegExpMatchArray): boolean => isPasswordLike(caught(match)) && !isPlaced(match);
const literal = (match: RegExpMatchArray): boolean => !isReference(caught(match));

/** What passwords are called, as a part of a pattern. */
export const PASSWORD_WORDS =
  'passw(?:or)?d|passwort|kennwort|passphrase|passcode|pass|pw|pwd|mot de passe|mdp|contraseña|zugangscode';
/** One of these stands in each of `PASSWORD_WORDS`. */
export const PASSWORD_NEEDS = ['pass', 'kennwort', 'pw', 'mdp', 'contraseña', 'zugangscode'];
const ACCOUNTS =
  '(?:(?:admin(?:istrator)?|root|user|guest|operator|service|svc[\\w-]*|demo|ubuntu|postgres|[\\w-]{1,20}user)\\s{0,1}[:/]|(?:sa|pi)[:/])';
const ACCOUNTS_NEEDS = 'admin root user guest operator service svc demo ubuntu postgres sa: sa/ pi: pi/'.split(' ');

export const PHRASE_PATTERNS: readonly SecretPattern[] = [
  {
    kind: 'password',
    needs: PASSWORD_NEEDS,
    pattern: new RegExp(
      `(?<![\\p{L}\\p{N}_])(?:${PASSWORD_WORDS})\\s{0,2}(?:is|was|ist|lautet|est|c['’]est|es|[:=→]|->)\\s{0,3}["'\`]?([^\\s"'\`<>,;]{6,200})`,
      'giu',
    ),
    accept: spoken,
  },
  {
    kind: 'password',
    needs: PASSWORD_NEEDS,
    pattern: new RegExp(
      `\\b(?:with|using|mit|avec|use)\\s(?:the\\s|dem\\s|le\\s)?(?:${PASSWORD_WORDS})\\s["'\`]?([^\\s"'\`<>,;]{6,200})`,
      'giu',
    ),
    accept: spoken,
  },
  {
    kind: 'password',
    needs: [...PASSWORD_NEEDS, ' key', '-key'],
    pattern: new RegExp(
      `(?<![\\p{L}\\p{N}_])(?:${PASSWORD_WORDS}|(?:wi-?fi|wlan|wpa[23]?|network|disk|backup)[ -]key)(?![\\p{L}\\p{N}_])[^\\n]{0,48}?[\\s"'\`(:=]([^\\s"'\`<>,;()]{8,200})`,
      'giu',
    ),
    accept: passwordLike,
  },
  {
    kind: 'password',
    needs: PASSWORD_NEEDS,
    pattern: new RegExp(
      `(?<=^|[\\s"'\`])([^\\s"'\`<>,;()]{8,200})["'\`]?\\s{1,3}\\((?:[\\w-]{1,20}\\s){0,4}(?:${PASSWORD_WORDS})\\)`,
      'giu',
    ),
    accept: passwordLike,
  },
  {
    kind: 'password',
    needs: ['ssh'],
    pattern: /\bssh\s{1,4}\S{1,60}@\S{1,100}\s{1,4}\(([^\s()]{6,100})\)/g,
    accept: passwordLike,
  },
  {
    kind: 'password',
    needs: ['pass', 'pw'],
    pattern: /(?<![\w-])["']?(?:pass|pw)["']?\s{0,4}[:=]\s{0,4}["']([^"'\n]{4,200})["']/g,
    accept: spoken,
  },
  {
    kind: 'seed-phrase',
    needs: ['seed', 'recovery', 'mnemonic', 'backup'],
    pattern:
      /\b(?:seed|recovery|mnemonic|backup)\s(?:phrase|words?)\b[^\n]{0,20}?((?:[a-z]{3,8}[ ,]{1,3}){11,23}[a-z]{3,8})\b/g,
  },
  {
    kind: 'otp-seed',
    needs: ['otp', '2fa', 'mfa', 'authenticator'],
    pattern: /\b(?:totp|otp|2fa|mfa|authenticator)\b[^\n]{0,40}?(?<![A-Z0-9])([A-Z2-7]{16,64})(?![A-Za-z0-9])/gi,
    accept: (match) => /\d/.test(caught(match)) && caught(match) === caught(match).toUpperCase(),
  },
  {
    kind: 'password',
    needs: ['login'],
    pattern: /\blogin\s{1,4}\S{1,100}\s{1,4}password\s{1,4}(\S{3,200})/gi,
    accept: spoken,
  },
  {
    kind: 'password',
    needs: ['login', 'cred', 'account', 'zugang', 'identifiant'],
    pattern:
      /\b(?:logins?|creds?|credentials?|account|zugang|zugangsdaten|identifiants?)\b[^\n:/|]{0,24}?(?:[:=]|\b(?:is|are|sind|ist|sont|est))?\s{1,3}["'`]?[\w.@-]{1,60}["'`]?\s{0,2}[/:|]\s{0,2}["'`]?([^\s"'`<>,;]{6,200})/gi,
    accept: strong,
  },
  {
    kind: 'password',
    needs: ACCOUNTS_NEEDS,
    pattern: new RegExp(`(?<![\\w/.@-])${ACCOUNTS}\\s{0,1}([^\\s"'\`<>,;:/]{7,99}[^\\s"'\`<>,;:/)\\]}])`, 'gi'),
    accept: strong,
  },
  // Numbers that open doors, SIM cards and phones.
  {
    kind: 'pin',
    needs: ['PIN', 'PUK', 'passcode', '-pin', ' pin', '-code', ' code', '-Code', 'rcode', 'mcode'],
    pattern:
      /\b(?:PIN(?:[ -]?code)?|PUK|passcode|(?:door|gate|alarm|access|entry|unlock|safe|lock|keypad)[ -](?:pin|code)|(?:Tür|Haustür|Tor|Alarm|Tresor)(?:-Code|-?code))\b(?! path)[^.\n\d]{0,24}?(?:\bis|\bist|\best|[:=])\s{0,2}#?(\d{4,10})(?![\dA-Za-zµ]|[.,]\d|\s?(?:[nmckµu]?m|[nmµu]?s|[kKMG]?[hH]z|m?[vV]|m?A|bits?|bytes?|words?|rows?|lines?|gates?|cells?|cycles?|instructions?|samples?|steps?|pages?|characters?|chars)\b)/g,
  },
  {
    kind: 'token',
    needs: ['key', 'token', 'secret', 'pat', 'apikey'],
    pattern:
      /\b(?:(?:secret|storage|account|access|api|private|shared|master|encryption|signing|deploy|personal|auth|bot|licen[cs]e)[ _-]{0,2}(?:access[ _-])?(?:key|token|secret)s?|tokens?|PAT|secret|apikey)\b[^\n]{0,60}?[\s:="'`([]([A-Za-z0-9+/_-]{24,600}={0,2})(?![A-Za-z0-9+/_-])/gi,
    accept: (match) => isRandomRun(caught(match)),
  },
  // Files of tools.
  {
    kind: 'password',
    pattern: /^[ \t]{0,8}[\w.*-]{1,100}:(?:\d{4,5}|\*):[\w.*-]{1,100}:[\w.*-]{1,100}:([^\s:]{4,200})[ \t]{0,8}$/gm,
    accept: spoken,
  },
  { kind: 'password-hash', needs: ['$apr1$'], pattern: /\$apr1\$[./A-Za-z0-9]{1,8}\$[./A-Za-z0-9]{22}/g },
  {
    kind: 'password',
    needs: ['value="'],
    pattern:
      /(?:name|key)="[^"\n]{0,60}(?:password|passwd|pwd|secret|token|apikey)[^"\n]{0,30}"\s{1,8}value="([^"\n]{4,400})"/gi,
    accept: literal,
  },
  {
    kind: 'password',
    needs: ['psk', 'sae_password', 'wpa_', 'wpa-'],
    pattern: /(?<![A-Za-z])(?:psk|sae_password|wpa[_-]passphrase)\s{0,4}[:=]\s{0,4}["']?([^\s"']{8,63})/gi,
    accept: spoken,
  },
  {
    kind: 'password',
    needs: ['_pass'],
    pattern: /(?<![A-Za-z0-9])[a-z][a-z_]{0,30}_pass\s{0,4}[:=]\s{0,4}["']?([^\s"',;]{4,200})/gi,
    accept: spoken,
  },
  // Webhooks: whoever knows the address may post.
  {
    kind: 'webhook',
    needs: [
      'webhookb2',
      'hooks.zapier',
      'maker.ifttt',
      'logic.azure',
      'chat.googleapis',
      'open.feishu',
      'open.larksuite',
    ],
    pattern:
      /(?:webhook\.office\.com\/webhookb2|hooks\.zapier\.com\/hooks|maker\.ifttt\.com\/trigger|logic\.azure\.com(?::\d{2,5})?\/workflows|chat\.googleapis\.com\/v1\/spaces|open\.(?:feishu|larksuite)\.(?:cn|com)\/open-apis\/bot)\/([^\s"'<>]{16,600})/gi,
  },
  { kind: 'telegram', needs: ['/bot'], pattern: /(?<=\/bot)[0-9]{8,11}:[A-Za-z0-9_-]{32,40}/g },
  {
    kind: 'webhook',
    needs: ['/hooks/'],
    pattern: /https?:\/\/[^\s/"'<>]{1,200}\/hooks\/([A-Za-z0-9]{20,64})(?![A-Za-z0-9])/g,
  },
  {
    kind: 'url-password',
    needs: ['jdbc:oracle'],
    pattern: /\bjdbc:oracle:thin:[^\s/@]{1,60}\/([^\s@"']{3,100})(?=@)/gi,
  },
  // Command lines.
  {
    kind: 'password',
    needs: ['7z', 'rar'],
    pattern: /\b(?:7z|7za|rar|unrar)\s[^\n|]{0,200}?\s-p([^\s"']{6,200})/g,
    accept: spoken,
  },
  {
    kind: 'password',
    needs: ['zip'],
    pattern: /\b(?:un)?zip\s[^\n|]{0,100}?-P\s{0,2}["']?([^\s"'-][^\s"']{3,200})/g,
    accept: literal,
  },
  {
    kind: 'password',
    needs: ['pass', 'secret'],
    pattern: /(?:passw\w{0,20}|passphrase|secret)[\w-]{0,20}[= ]<\(\s?(?:echo|printf)\s{1,4}["']?([^\s"')]{4,200})/gi,
    accept: literal,
  },
  {
    kind: 'password',
    needs: ['secret'],
    pattern: /\bsecret\sset\s\S{1,100}[^\n|]{0,100}?(?:--body|-b)[= ]\s{0,2}["']?([^\s"'-][^\s"']{3,400})/g,
    accept: literal,
  },
  {
    kind: 'cookie',
    needs: ['curl', 'wget', 'http'],
    pattern: /\b(?:curl|wget|http)\b[^\n]{0,400}?\s(?:-b|--cookie)[ =]["']?([\w.-]{1,100}=[^\s"']{8,4000})/g,
    accept: literal,
  },
  {
    kind: 'password',
    needs: ['net use'],
    pattern: /\bnet use\b[^\n]{0,160}?\/user:\S{1,100}\s{1,4}([^\s/]\S{3,100})/gi,
    accept: literal,
  },
  {
    kind: 'password',
    needs: ['echo'],
    pattern:
      /\becho\s{1,4}(?:-n\s{1,4})?(?:"([^"\n|]{4,100})"|'([^'\n|]{4,100})'|([^\s"'|]{4,100}))\s{0,4}\|\s{0,4}sudo\s[^\n]{0,20}?-S/g,
    accept: literal,
  },
  { kind: 'password', needs: ['-U'], pattern: /\s-U\s{0,2}["']?[\w.\\-]{1,60}%([^\s"']{4,100})/g, accept: literal },
  {
    kind: 'password',
    needs: ['wpa_passphrase'],
    pattern: /\bwpa_passphrase\s{1,4}\S{1,64}\s{1,4}["']?([^\s"']{8,63})/g,
    accept: spoken,
  },
  {
    kind: 'password',
    needs: ['login', 'mongo', 'redis-cli', 'ldapsearch', 'lftp', 'influx', 'rabbitmqadmin', 'xfreerdp', 'twine'],
    pattern:
      /\b(?:(?:docker|podman|helm|oc|az|nerdctl|skopeo)\s[^\n|]{0,60}?login|mongosh?|redis-cli|ldapsearch|lftp|influx|rabbitmqadmin|xfreerdp|twine)\b[^\n|]{0,200}?\s(?:-p|-a|-w|\/p:)\s{0,2}["']?([^\s"'-][^\s"']{5,200})/g,
    accept: spoken,
  },
  { kind: 'password', needs: ['pass:'], pattern: /\bpass:([^\s"']{6,200})/g, accept: spoken },
  // Calls that take a key as text.
  {
    kind: 'password',
    needs: ['auth', 'log', 'signin', 'sign_in', 'credential'],
    pattern:
      /(?:\bauth\s{0,2}=\s{0,2}\(|(?:\blog_?in|\bauthenticate|\bsign_?in\w{0,20}|Credentials?|BasicAuth|HTTPBasicAuth)\()\s{0,4}["'][^"'\n]{1,100}["'],\s{0,4}["']([^"'\n]{4,200})["']/gi,
    accept: spoken,
  },
  {
    kind: 'password',
    needs: ['PASSWORD', 'PASSWD', 'SECRET', 'TOKEN', 'API'],
    pattern:
      /["'][A-Z_]{0,40}(?:PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY)[A-Z_]{0,20}["'],\s{0,4}["']([^"'\n]{4,400})["']/g,
    accept: spoken,
  },
  {
    kind: 'token',
    needs: [
      'sign',
      'verify',
      'Hmac',
      'hmac',
      'Fernet',
      'crypt',
      'login',
      'authenticate',
      'Client',
      'connect',
      'algoliasearch',
      'initialize',
    ],
    pattern:
      /\b(?:sign|verify|createHmac|hmac(?:\.new)?|Fernet|encrypt|decrypt|login|authenticate|Client|connect|algoliasearch|createClient|initialize)\([^()\n]{0,120}?["']([A-Za-z0-9+/_=-]{16,400})["']/g,
    accept: (match) => isRandomRun(caught(match)) || /^[0-9a-f]{32}$/.test(caught(match)),
  },
];
