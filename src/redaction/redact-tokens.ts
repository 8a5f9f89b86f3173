import { isNameOfWords } from './looks-secret.ts';

/**
 * Secrets that a fixed prefix or form gives away. The longest tails are bounded, so that a hostile text costs linear
 * time.
 */

/**
 * A way to find one kind of secret: what the first group catches is replaced, or the whole match when there is no
 * group.
 */
export interface SecretPattern {
  kind: string;
  pattern: RegExp;
  /**
   * Every match holds one of these, in small letters when the pattern ignores case. A text with none of them is not searched: the first
   * search of a pattern compiles it, and a hook has no time to compile a hundred.
   */
  needs?: readonly string[];
  /** Says no to a match that is a placeholder or plain code. */
  accept?: (match: RegExpMatchArray) => boolean;
}

/** A token that starts at a word border and ends where its alphabet ends. */
function token(kind: string, source: string, ...needs: string[]): SecretPattern {
  const start = LITERAL_START.exec(source)?.[0];
  const words = start === undefined ? needs : [start];
  return {
    kind,
    pattern: new RegExp(`(?<![A-Za-z0-9])${source}`, 'g'),
    ...(words.length > 0 && { needs: words }),
    ...(JOINS.test(source) && { accept: isNoName }),
  };
}

/** A tail that may hold `-` or `_` fits `fw_bootloader_update_procedure_v2` as well. */
const JOINS = /[_-]\]\{/;
/** The shortest words that a name is made of, on average, with its prefix: random text comes to about two. */
const NAME_LETTERS_MIN = 4;
/** So many consonants in a row stand in nearly no word. */
const UNSPEAKABLE = /[b-df-hj-np-tv-xz]{5}/i;
const isNoName = ({ 0: text }: RegExpMatchArray): boolean =>
  UNSPEAKABLE.test(text) || !isNameOfWords(text, NAME_LETTERS_MIN);

/** What a source begins with as it stands; what follows it is a class, a group or an escape, never a quantifier. */
const LITERAL_START = /^[A-Za-z0-9_-]{3,}(?=[[(\\])/;

/** A form without a prefix of its own must at least hold a digit. */
const hasDigit = (match: RegExpMatchArray): boolean => /\d/.test(match[0]) && isNoName(match);

/**
 * A key block runs to its end mark, or to the end of the text when that was cut off; the blanks of a mark may be
 * line ends that a JSON text wrote as `\n`.
 */
const KEY_BLOCKS: SecretPattern[] = [
  {
    kind: 'private-key',
    needs: ['PRIVATE KEY'],
    pattern:
      /-----BEGIN[A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-{0,5}[\s\S]*?(?:-----END[A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)/g,
  },
  {
    kind: 'private-key',
    needs: ['PuTTY-User-Key-File-'],
    pattern: /(?<=PuTTY-User-Key-File-\d)[\s\S]*?(?:Private-MAC: ?[0-9a-f]{32,64}|$)/g,
  },
  token('age-key', 'AGE-SECRET-KEY-1[A-Za-z0-9]{40,80}'),
];

// Forms are those which the services publish for secret scanners, with a little room for longer tails.
const SERVICE_TOKENS: SecretPattern[] = [
  token(
    'aws-access-key',
    '(?:A3T[A-Z0-9]|AKIA|AGPA|AIDA|AROA|AIPA|ANPA|ANVA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])',
    'A3T',
    'AKIA',
    'AGPA',
    'AIDA',
    'AROA',
    'AIPA',
    'ANPA',
    'ANVA',
    'ASIA',
    'ABIA',
    'ACCA',
  ),
  token('github', 'gh[oprsu]_[A-Za-z0-9_.-]{20,1000}', 'gho_', 'ghp_', 'ghr_', 'ghs_', 'ghu_'),
  token('github', 'github_pat_[A-Za-z0-9_]{20,255}'),
  token(
    'gitlab',
    'gl(?:pat|ptt|dt|rt|cbt|ft|soat|imt|agent|oas|ffct)-[A-Za-z0-9_.-]{16,255}',
    'glpat-',
    'glptt-',
    'gldt-',
    'glrt-',
    'glcbt-',
    'glft-',
    'glsoat-',
    'glimt-',
    'glagent-',
    'gloas-',
    'glffct-',
  ),
  token('slack', 'xox[a-z](?:\\.xox[a-z])?-[A-Za-z0-9-]{10,255}', 'xox'),
  token('slack', 'xapp-[A-Za-z0-9-]{10,255}'),
  {
    kind: 'slack',
    needs: ['hooks.slack'],
    pattern: /hooks\.slack(?:-gov)?\.com\/(?:services|workflows|triggers)\/([A-Za-z0-9+/_-]{10,255})/gi,
  },
  token('stripe', '[rsp]k_(?:live|test|prod)_[A-Za-z0-9]{10,120}', 'k_live_', 'k_test_', 'k_prod_'),
  token('stripe', 'whsec_[A-Za-z0-9+/=]{20,120}'),
  token('google', 'AIza[A-Za-z0-9_-]{35}'),
  token('google', 'ya29\\.[A-Za-z0-9_-]{20,1000}'),
  token('google', 'GOCSPX-[A-Za-z0-9_-]{20,60}'),
  token('google', '1//0[A-Za-z0-9_-]{40,255}', '1//0'),
  token('npm', 'npm_[A-Za-z0-9_]{30,64}'),
  { kind: 'npm', needs: ['_auth'], pattern: /_auth(?:Token)?\s{0,4}=\s{0,4}(?!\$)([^\s'"]{8,400})/g },
  token('pypi', 'pypi-[A-Za-z0-9_-]{32,400}'),
  token('rubygems', 'rubygems_[a-f0-9]{40,64}'),
  token('cargo', 'cio[A-Za-z0-9]{32}(?![A-Za-z0-9])'),
  token('mapbox', '[sp]k\\.ey[JK][A-Za-z0-9_-]{20,400}\\.[A-Za-z0-9_-]{16,60}', 'k.ey'),
  token('fcm', '[A-Za-z0-9_-]{11}:APA91b[A-Za-z0-9_-]{60,200}', ':APA91b'),
  token('jwt', 'ey[JK][A-Za-z0-9_-]{8,4000}\\.[A-Za-z0-9_-]{8,4000}\\.[A-Za-z0-9_-]{0,2000}', 'eyJ', 'eyK'),
  token('anthropic', 'sk-ant-[A-Za-z0-9_-]{16,255}'),
  { ...token('openai', 'sk-[A-Za-z0-9_-]{20,255}'), accept: hasDigit },
  token('openai', 'sess-[A-Za-z0-9]{40}'),
  token('hugging-face', '(?:hf|api_org)_[A-Za-z0-9]{30,64}', 'hf_', 'api_org_'),
  token(
    'model-service',
    '(?:gsk_|pplx-|xai-|r8_|nvapi-|fw_|csk-)[A-Za-z0-9_-]{24,255}',
    'gsk_',
    'pplx-',
    'xai-',
    'r8_',
    'nvapi-',
    'fw_',
    'csk-',
  ),
  token('sendgrid', 'SG\\.[A-Za-z0-9_-]{10,128}\\.[A-Za-z0-9_-]{10,128}', 'SG.'),
  token('twilio', '(?:AC|SK)[0-9a-f]{32}(?![A-Za-z0-9])', 'AC', 'SK'),
  token('mailgun', '(?:key|pubkey)-[0-9a-f]{32}(?![A-Za-z0-9])', 'key-'),
  token('mailchimp', '[0-9a-f]{32}-us[0-9]{1,2}(?![A-Za-z0-9])', '-us'),
  token('telegram', '[0-9]{8,11}:AA[A-Za-z0-9_-]{32,36}', ':AA'),
  { ...token('discord', '[MNO][A-Za-z0-9_-]{22,28}\\.[A-Za-z0-9_-]{6}\\.[A-Za-z0-9_-]{27,45}'), accept: hasDigit },
  {
    kind: 'discord',
    needs: ['discord'],
    pattern: /discord(?:app)?\.com\/api\/(?:v\d{1,2}\/)?webhooks\/([0-9]{10,25}\/[A-Za-z0-9_-]{20,120})/gi,
  },
  token('shopify', 'shp(?:at|ca|pa|ss)_[A-Za-z0-9]{32,64}', 'shpat_', 'shpca_', 'shppa_', 'shpss_'),
  token('square', '(?:sq0(?:atp|csp|idp)-[A-Za-z0-9_-]{20,60}|EAAA[A-Za-z0-9_-]{56,70})', 'sq0', 'EAAA'),
  token('digitalocean', 'do[opr]_v1_[a-f0-9]{64}', 'doo_v1_', 'dop_v1_', 'dor_v1_'),
  token('databricks', 'dapi[a-f0-9]{32}'),
  token('docker', 'dckr_(?:pat|oat)_[A-Za-z0-9_-]{20,64}', 'dckr_'),
  token('vault', 'hv[sbr]\\.[A-Za-z0-9_-]{20,400}', 'hvs.', 'hvb.', 'hvr.'),
  token('terraform', '[A-Za-z0-9]{14}\\.atlasv1\\.[A-Za-z0-9_=-]{40,100}', '.atlasv1.'),
  token('pulumi', 'pul-[a-f0-9]{40}'),
  token('sentry', 'sntry[su]_[A-Za-z0-9+/=_-]{30,400}', 'sntrys_', 'sntryu_'),
  token('grafana', 'gl(?:sa|c)_[A-Za-z0-9+/_]{30,400}={0,2}', 'glsa_', 'glc_'),
  token('new-relic', 'NR(?:AK|II|RA|JS)-[A-Za-z0-9-]{20,60}', 'NRAK-', 'NRII-', 'NRRA-', 'NRJS-'),
  token('linear', 'lin_(?:api|oauth)_[A-Za-z0-9]{32,128}'),
  token('notion', '(?:ntn_[A-Za-z0-9]{40,60}|secret_[A-Za-z0-9]{43})(?![A-Za-z0-9])', 'ntn_', 'secret_'),
  token('figma', 'figd_[A-Za-z0-9_-]{40,200}'),
  token('postman', 'PMAK-[A-Za-z0-9-]{40,80}'),
  token('airtable', 'pat[A-Za-z0-9]{14}\\.[a-f0-9]{64}'),
  token('atlassian', 'AT(?:ATT|CTT|BB)[A-Za-z0-9_=-]{20,300}', 'ATATT', 'ATCTT', 'ATBB'),
  token('dropbox', 'sl\\.(?:u\\.)?[A-Za-z0-9_-]{100,1500}', 'sl.'),
  token('planetscale', 'pscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.=-]{30,100}'),
  token('supabase', 'sb(?:p|_secret)_[A-Za-z0-9_-]{30,100}', 'sbp_', 'sb_secret_'),
  token('doppler', 'dp\\.(?:pt|st|ct|scim|audit)\\.[A-Za-z0-9._-]{30,100}', 'dp.'),
  token('tailscale', 'tskey-[a-z]{2,20}-[A-Za-z0-9_-]{16,110}'),
  token('1password', 'ops_ey[A-Za-z0-9+/=_-]{60,1500}'),
  token('vercel', 'vc[apirk]_[A-Za-z0-9]{20,60}', 'vca_', 'vcp_', 'vci_', 'vcr_', 'vck_'),
  token('cloudflare', 'cf(?:k|ut|at)_[A-Za-z0-9]{40,60}', 'cfk_', 'cfut_', 'cfat_'),
  { kind: 'azure', needs: ['Q~'], pattern: /(?<![A-Za-z0-9_~.-])[A-Za-z0-9_~.-]{3}\dQ~[A-Za-z0-9_~.-]{31,40}/g },
  {
    kind: 'password-hash',
    needs: ['$'],
    pattern: /\$2[abxy]\$\d\d\$[./A-Za-z0-9]{53}|\$(?:[156y]|argon2(?:id|i|d))\$[^\s:'"]{20,250}/g,
  },
];

export const TOKEN_PATTERNS: readonly SecretPattern[] = [...KEY_BLOCKS, ...SERVICE_TOKENS];
