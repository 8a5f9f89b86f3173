import { readFileSync } from 'node:fs';
import { rules } from '@secretlint/secretlint-rule-preset-recommend';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concernsLibrary, redact, redactByPatterns } from '../../../src/redaction/redact.ts';
import { findSecrets } from '../../../src/redaction/redact-library.ts';
import { FURTHER_SECRETS } from './further-secrets.ts';
import { LOOKALIKES } from './lookalikes.ts';
import { REALISTIC_SECRETS } from './realistic-secrets.ts';
import { secretSamples } from './secret-samples.ts';
import { SPOKEN_SECRETS } from './spoken-secrets.ts';
import { SPOKEN_TALK } from './spoken-talk.ts';

const samples = secretSamples();
const ordinary = readFileSync(new URL('../../fixtures/redact/ordinary.txt', import.meta.url), 'utf8')
  .trim()
  .split('\n');

describe('redaction of secrets (case F15)', () => {
  it('knows at least 60 secrets of at least 20 kinds', () => {
    expect(samples.length).toBeGreaterThanOrEqual(60);
    expect(new Set(samples.map((sample) => sample.kind)).size).toBeGreaterThanOrEqual(20);
  });

  it.each(samples.map((sample, at) => [at, sample.kind, sample] as const))(
    'keeps nothing of secret %i (%s)',
    async (_at, _kind, { secret, text }) => {
      const result = await redact(text);
      expect(result.text).not.toContain(secret);
      // No long piece of it either.
      for (let from = 0; from + 12 <= secret.length; from += 4)
        expect(result.text).not.toContain(secret.slice(from, from + 12));
      expect(result.text).toMatch(/\[redacted:[a-z0-9-]+\]/);
      expect(result.redactions).toBeGreaterThanOrEqual(1);
    },
  );

  it.each(
    [...REALISTIC_SECRETS, ...FURTHER_SECRETS, ...SPOKEN_SECRETS].map(
      (sample, at) => [at, sample.kind, sample] as const,
    ),
  )('keeps nothing of secret %i in its surroundings (%s)', async (_at, _kind, { secret, text }) => {
    const result = await redact(text);
    expect(result.text).not.toContain(secret);
    for (let from = 0; from + 12 <= secret.length; from += 4)
      expect(result.text).not.toContain(secret.slice(from, from + 12));
  });

  it.each(LOOKALIKES)('leaves %j as it is', async (text) => {
    expect((await redact(text)).text).toBe(text);
  });

  it('touches at most 1% of ordinary engineering text', async () => {
    expect(ordinary.length).toBeGreaterThanOrEqual(200);
    const touched: string[] = [];
    for (const line of ordinary) if ((await redact(line)).redactions > 0) touched.push(line);
    expect(touched.length, touched.join('\n')).toBeLessThanOrEqual(Math.floor(ordinary.length / 100));
  });

  it('touches at most 1% of what is said of secrets in three languages', async () => {
    expect(SPOKEN_TALK.length).toBeGreaterThanOrEqual(60);
    const touched: string[] = [];
    for (const line of SPOKEN_TALK) if ((await redact(line)).redactions > 0) touched.push(line);
    expect(touched).toEqual([]);
  });

  it('names the kinds, counts the secrets and keeps the rest of the text', async () => {
    const key = samples.find((sample) => sample.kind === 'github')!.secret;
    const result = await redact(`before ${key} between postgres://app:s3cr3tpw@db/runs after`);
    expect(result).toEqual({
      text: 'before [redacted:github] between postgres://app:[redacted:url-password]@db/runs after',
      redactions: 2,
      kinds: ['github', 'url-password'],
    });
  });

  it('changes nothing the second time', async () => {
    for (const { text } of samples) {
      const once = await redact(text);
      expect(await redact(once.text)).toEqual({ text: once.text, redactions: 0, kinds: [] });
    }
  });

  it('finds every secret in one long text', async () => {
    const { text } = await redact(samples.map((sample) => sample.text).join('\n\nand then\n\n'));
    expect(samples.filter(({ secret }) => text.includes(secret)).map(({ kind }) => kind)).toEqual([]);
  });

  it('cannot be switched off by a comment in the text', async () => {
    const { secret } = samples.find(({ kind }) => kind === 'github')!;
    for (const comment of ['// secretlint-disable', '<!-- secretlint-disable -->', '# secretlint-disable']) {
      expect(await findSecrets(`${comment}\n${secret}`), comment).not.toEqual([]);
    }
  });
});

describe('the library behind the patterns', () => {
  it('is asked whenever one of its rules could report something', async () => {
    let reported = 0;
    for (const { text } of samples) {
      if ((await findSecrets(text)).length === 0) continue;
      reported += 1;
      expect(concernsLibrary(text), text).toBe(true);
    }
    expect(reported).toBeGreaterThan(20);
  });

  it('has the rules that the hints were written for; a new rule needs a hint', () => {
    const known =
      'aws gcp privatekey npm basicauth slack sendgrid shopify stripe github gitlab grafana openai anthropic linear huggingface groq notion 1password database-connection-string hashicorp-vault vercel databricks docker figma cloudflare tailscale filter-comments';
    expect(rules.map((rule) => rule.meta.id.replace('@secretlint/secretlint-rule-', '')).sort()).toEqual(
      known.split(' ').sort(),
    );
  });

  it('is not loaded for ordinary text', () => {
    expect(ordinary.filter((line) => concernsLibrary(line)).length / ordinary.length).toBeLessThan(0.1);
  });
});

describe('redaction of any text', () => {
  it('keeps text without secrets as it is, whatever its characters', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('mirror', 'is', '312 mm', 'Ω', '😀', '\n', 'é', '(', ')', '.', 'the')),
        (parts) => {
          const text = parts.join(' ');
          expect(redactByPatterns(text)).toEqual({ text, redactions: 0, kinds: [] });
        },
      ),
    );
  });

  it('removes a token from between any neighbours that are not of its alphabet', () => {
    const key = samples.find((sample) => sample.kind === 'gitlab')!.secret;
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...' \n\t"\'()[]{}<>,;:=/é😀') }),
        fc.string({ unit: fc.constantFrom(...' \n"\'()[]{}<>,;:') }),
        (before, after) => {
          expect(redactByPatterns(before + key + after).text).not.toContain(key);
        },
      ),
    );
  });

  const units = [
    'a',
    '-',
    '=',
    ' ',
    '\n',
    '1',
    'eyJ',
    'a:b@',
    'https://',
    'password',
    'token: ',
    'Bearer ',
    '://a:',
    'key-',
    '-----BEGIN PRIVATE KEY-----',
    'PuTTY-User-Key-File-2',
    'curl -u ',
    'mysql ',
    '--pass',
    'passwort ist ',
    'schlüssel ',
    'token\\\\":',
  ];
  it.each(units)('takes linear time for a megabyte of %j', (unit) => {
    const time = (chars: number): number => {
      const text = unit.repeat(Math.ceil(chars / unit.length));
      const started = process.cpuUsage();
      redactByPatterns(text);
      const used = process.cpuUsage(started);
      return used.user + used.system;
    };
    const quarter = Math.min(time(250_000), time(250_000));
    // Four times the text costs four times as much; a quadratic pattern would cost sixteen times.
    expect(time(1_000_000)).toBeLessThan(Math.max(quarter, 5_000) * 10);
  });
});
