/** A process that serves the fixture server through the product's own HTTP service; says its address on stdout. */
import { join } from 'node:path';
import { createTokenStore } from '../../src/config/token-store.ts';
import { startService } from '../../src/http/server.ts';
import { createFixtureApp } from '../fixtures/mcp/fixture-app.ts';
import { operations, views } from '../fixtures/mcp/fixture-operations.ts';
import { createFixtureServer } from './fixture-server.ts';

const app = createFixtureApp(0);
const tokens = createTokenStore(app.config.home, join(app.config.home, 'locks'));
const setup = { operations, views, version: '1.0.0', tokens, createServer: createFixtureServer };
const { url } = await startService(app, setup);
process.stdout.write(`${url}\n`);
