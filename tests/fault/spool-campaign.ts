import { parseArgs } from 'node:util';
import { runSpoolCampaign } from './spool-rounds.ts';

/* Kills the writers and drainers of a spool at random moments: `npm run test:fault:spool -- --seed 1 --turns 1000 --kills 300`. */
const { values } = parseArgs({
  options: { seed: { type: 'string' }, turns: { type: 'string' }, kills: { type: 'string' } },
});
const [seed, turns, kills] = [values.seed ?? 1, values.turns ?? 1_000, values.kills ?? 300].map(Number);
const started = performance.now();
try {
  const result = await runSpoolCampaign({ seed: seed!, turns: turns!, kills: kills! });
  console.log(JSON.stringify({ ok: true, seed, ...result, seconds: Math.round((performance.now() - started) / 1000) }));
} catch (error) {
  console.error(JSON.stringify({ ok: false, seed, error: (error as Error).message }));
  process.exitCode = 1;
}
