import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import {
  ResourceListChangedNotificationSchema,
  ResourceUpdatedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type CliHome, createCliHome, PROGRAM } from '../support/cli.ts';

const STATE = 'atocore://projects/p05-interferometer/state';
const INFO = { name: 'test', version: '1.0.0' };

let home: CliHome;
let leave: (() => Promise<void>)[];

beforeEach(async () => {
  home = createCliHome();
  leave = [];
  home.write('p05/notes.md', '# Notes\n\nThe null test passed.\n');
  home.write('p06/notes.md', '# Notes\n\nThe spindle runs.\n');
  await home.ok('init');
  await register('p05-interferometer', 'p05');
});

afterEach(async () => {
  for (const close of leave) await close();
  home.remove();
});

function register(id: string, root: string): Promise<unknown> {
  return home.ok('project', 'register', '--id', id, '--description', id, '--root', `vault:${root}`, '--yes');
}

/** A client of an own server process that hears of changes; `next` answers the next one of which it has not been asked yet. */
async function listen(generation: 'v1' | 'v2'): Promise<{ next(kind: 'updated' | 'list'): Promise<string> }> {
  const heard = { updated: createInbox(), list: createInbox() };
  const server = {
    command: process.execPath,
    args: [PROGRAM, 'mcp'],
    env: home.env as Record<string, string>,
    cwd: home.home,
  };
  if (generation === 'v1') {
    const client = new OldClient(INFO);
    client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => heard.updated.put(params.uri));
    client.setNotificationHandler(ResourceListChangedNotificationSchema, () => heard.list.put('changed'));
    await client.connect(new OldTransport(server));
    leave.push(() => client.close());
    await client.readResource({ uri: STATE });
    await client.subscribeResource({ uri: STATE });
  } else {
    const client = new Client(INFO, { versionNegotiation: { mode: 'auto' } });
    client.setNotificationHandler('notifications/resources/updated', ({ params }) => heard.updated.put(params.uri));
    client.setNotificationHandler('notifications/resources/list_changed', () => heard.list.put('changed'));
    await client.connect(new StdioClientTransport(server));
    leave.push(() => client.close());
    await client.readResource({ uri: STATE });
    await client.listen({ resourcesListChanged: true, resourceSubscriptions: [STATE] });
  }
  return { next: (kind) => heard[kind].take() };
}

function createInbox(): { put(value: string): void; take(): Promise<string> } {
  const values: string[] = [];
  let wake: (() => void) | undefined;
  return {
    put(value) {
      values.push(value);
      wake?.();
    },
    async take() {
      while (values.length === 0) {
        await new Promise<void>((done) => {
          wake = done;
        });
      }
      return values.shift()!;
    },
  };
}

it.each(['v1', 'v2'] as const)(
  'what another process does to trusted state and projects reaches a %s client that subscribed',
  async (generation) => {
    const client = await listen(generation);
    const updated = client.next('updated');
    await home.ok('state', 'set', 'p05-interferometer', 'status', 'phase', 'alignment', '--reason', 'agreed');
    expect(await updated).toBe(STATE);
    const changed = client.next('list');
    await register('p06-polisher', 'p06');
    expect(await changed).toBe('changed');
  },
);
