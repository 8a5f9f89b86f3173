// Runs on Node 20 or newer before `npm test` and `npm run demo`: installs what the lock file says when it is not there, and builds.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const STAMP = 'node_modules/.installed-from';
const lock = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex');

if (process.argv.includes('--stamp')) {
  writeFileSync(STAMP, lock);
} else {
  const installed = existsSync(STAMP) && readFileSync(STAMP, 'utf8') === lock && existsSync('node_modules/node/bin');
  if (!installed) run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  // The installed Node, not the one that runs this: it may be older than the program needs.
  execFileSync('node_modules/node/bin/node', ['scripts/build.mjs'], { stdio: 'inherit' });
}

function run(command, args) {
  const { status } = spawnSync(command, args, { stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
  if (status !== 0) {
    process.stderr.write(`error: \`${command} ${args.join(' ')}\` failed.\n`);
    process.exit(status ?? 1);
  }
}
