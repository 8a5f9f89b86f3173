import { describe, expect, test } from 'vitest';
import {
  guardRules,
  hasSecretInQuery,
  isHostAllowed,
  isLoopback,
  isOriginAllowed,
  readBearer,
  readPath,
} from '../../src/http/guard.ts';

const CONFIG = { host: '127.0.0.1', allowed_hosts: ['atlas.lan', 'box:9000'], allowed_origins: ['https://page.lan/'] };
const RULES = guardRules(CONFIG, 8100);

describe('the Host guard', () => {
  test.each([
    'localhost:8100',
    'LOCALHOST:8100',
    '127.0.0.1:8100',
    '[::1]:8100',
    'atlas.lan',
    'atlas.lan:8100',
    'box:9000',
  ])('accepts %s', (host) => expect(isHostAllowed(RULES, [host])).toBe(true));

  test.each([
    [[]],
    [['']],
    [['localhost']],
    [['localhost:8101']],
    [['evil.example:8100']],
    [['localhost.evil.example:8100']],
    [['127.0.0.1.nip.io:8100']],
    [['127.0.0.2:8100']],
    [['0.0.0.0:8100']],
    [['[::]:8100']],
    [['2130706433:8100']],
    [['localhost:8100@evil.example']],
    [['localhost:8100, evil.example']],
    [['localhost:8100/']],
    [['localhost:8100 ']],
    [['box:9001']],
    [['localhost:8100', 'localhost:8100']],
  ])('refuses %j', (hosts) => expect(isHostAllowed(RULES, hosts)).toBe(false));

  test('accepts the bound address itself, and no address that stands for all of them', () => {
    expect(isHostAllowed(guardRules({ ...CONFIG, host: '100.64.0.5' }, 8100), ['100.64.0.5:8100'])).toBe(true);
    expect(isHostAllowed(guardRules({ ...CONFIG, host: 'fd00::5' }, 8100), ['[fd00::5]:8100'])).toBe(true);
    expect(isHostAllowed(guardRules({ ...CONFIG, host: '0.0.0.0' }, 8100), ['0.0.0.0:8100'])).toBe(false);
  });

  test('takes a Host without port on port 80 alone', () => {
    expect(isHostAllowed(guardRules(CONFIG, 80), ['localhost'])).toBe(true);
  });
});

describe('the Origin guard', () => {
  test.each([
    [[]],
    [['http://localhost:8100']],
    [['http://127.0.0.1:6274']],
    [['https://[::1]']],
    [['https://page.lan']],
  ])('accepts %j', (origins) => expect(isOriginAllowed(RULES, origins)).toBe(true));

  test.each([
    [['null']],
    [['']],
    [['http://evil.example']],
    [['http://localhost.evil.example']],
    [['http://localhost:8100.evil.example']],
    [['http://page.lan']],
    [['https://page.lan:444']],
    [['file://localhost']],
    [['http://localhost', 'http://localhost']],
  ])('refuses %j', (origins) => expect(isOriginAllowed(RULES, origins)).toBe(false));
});

test.each([
  ['127.0.0.1', true],
  ['127.8.8.8', true],
  ['localhost', true],
  ['::1', true],
  ['0.0.0.0', false],
  ['::', false],
  ['', false],
  ['192.168.1.5', false],
  ['127.0.0.1.evil.example', false],
])('the bind address %j is loopback: %s', (host, loopback) => expect(isLoopback(host)).toBe(loopback));

test.each([
  ['Bearer ato_abc-1', 'ato_abc-1'],
  ['bearer abc', 'abc'],
  ['Basic abc', undefined],
  ['Bearer', undefined],
  ['Bearer a b', undefined],
  [`Bearer ${'a'.repeat(600)}`, undefined],
  [undefined, undefined],
])('the header %j carries the token %j', (header, token) => expect(readBearer(header)).toBe(token));

test.each([
  ['/health', '/health'],
  ['/health?a=1', '/health'],
  ['//evil.example/health', undefined],
  ['http://evil.example/health', undefined],
  ['*', undefined],
  ['/%2e%2e/secret', undefined],
  ['/%zz', undefined],
  [undefined, undefined],
])('the target %j is the path %j', (target, path) => expect(readPath(target)).toBe(path));

test.each([
  ['/messages?sessionId=1', false],
  ['/mcp?token=1', true],
  ['/mcp?access_token=1', true],
  ['/mcp?a=1&API_KEY=2', true],
])('the target %j carries a secret: %s', (target, found) => expect(hasSecretInQuery(target)).toBe(found));
