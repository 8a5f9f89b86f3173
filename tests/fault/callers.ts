import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';

const PROGRAM = resolve(import.meta.dirname, '../../bin/atocore');

function envOf(home: string): Record<string, string> {
  const clean = Object.entries(process.env).filter(([name]) => !name.startsWith('ATOCORE_'));
  return { ...Object.fromEntries(clean), ATOCORE_HOME: home, ATOCORE_LOG_LEVEL: 'fatal' } as Record<string, string>;
}

/** One caller of operations, over whichever wire. */
export interface Caller {
  name: string;
  call(operation: string, input: object): Promise<unknown>;
  close(): Promise<void>;
}

export async function openStdio(name: string, home: string): Promise<Caller> {
  const client = new Client({ name, version: '1' });
  const transport = new StdioClientTransport({ command: process.execPath, args: [PROGRAM, 'mcp'], env: envOf(home) });
  await client.connect(transport);
  return {
    name,
    async call(operation, input) {
      const result = await client.callTool({ name: operation, arguments: input as Record<string, unknown> });
      if (result.isError)
        throw new Error(`${operation}: ${JSON.stringify(result.structuredContent ?? result.content)}`);
      return result.structuredContent ?? result.content;
    },
    close: () => client.close(),
  };
}

export async function openHttp(name: string, home: string): Promise<Caller> {
  const child: ChildProcess = spawn(process.execPath, [PROGRAM, 'serve', '--port', '0'], {
    env: envOf(home),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const said = createInterface({ input: child.stderr! });
  let url = '';
  for await (const line of said) {
    url = /serves at (\S+)/.exec(line)?.[1] ?? '';
    if (url) break;
  }
  child.stderr!.resume();
  return {
    name,
    async call(operation, input) {
      const answer = await fetch(`${url}/api/v1/${operation}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(input),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${operation}: ${answer.status} ${text}`);
      return JSON.parse(text) as unknown;
    },
    async close() {
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

/** Processes that still name the home in their environment: `/proc` tells on Linux, elsewhere none is seen. */
export function processesOfHome(home: string): number[] {
  if (!existsSync('/proc/self/environ')) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => {
      try {
        return readFileSync(join('/proc', pid, 'environ'), 'utf8')
          .split('\0')
          .includes(`ATOCORE_HOME=${home}`);
      } catch {
        // It ended while we looked, or belongs to somebody else.
        return false;
      }
    })
    .map(Number);
}
