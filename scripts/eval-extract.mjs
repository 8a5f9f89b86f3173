// Precision and recall of the extraction rules on the labelled turns, each split apart (tests/fixtures/extract/README.md).
// Usage: npm run eval:extract [-- --json] [--show tune]   Exit code 1 when a split misses a bar.
import { readFileSync } from 'node:fs';
import { extractCandidates } from '../src/capture/extract.ts';

const PRECISION_MIN = 0.9;
const RECALL_MIN = 0.55;
const SPLITS = ['tune', 'held', 'spent', 'fresh'];

const args = process.argv.slice(2);
const show = args.includes('--show') ? args[args.indexOf('--show') + 1] : undefined;
const file = new URL('../tests/fixtures/extract/turns.jsonl', import.meta.url);
const turns = readFileSync(file, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));

const ratio = (part, whole) => (whole === 0 ? 1 : Math.round((part / whole) * 1000) / 1000);
const fold = (text) => text.toLowerCase().replace(/\s+/g, ' ');

/** A candidate is right when it holds an expected text that no other candidate of its turn has taken. */
function evaluate(split) {
  const chosen = turns.filter((turn) => turn.split === split);
  const rules = {};
  const dropped = {};
  let [right, wrong, expected, typed, trapped] = [0, 0, 0, 0, 0];
  for (const turn of chosen) {
    const { candidates, dropped: reasons } = extractCandidates(turn, { isRestatement: () => false });
    for (const [reason, times] of Object.entries(reasons)) dropped[reason] = (dropped[reason] ?? 0) + times;
    const open = [...turn.expect];
    expected += open.length;
    if (open.length === 0 && candidates.length > 0) trapped += 1;
    for (const { content, rule, type } of candidates) {
      const at = open.findIndex((wanted) => fold(content).includes(fold(wanted.contains)));
      rules[rule] ??= { right: 0, wrong: 0 };
      rules[rule][at >= 0 ? 'right' : 'wrong'] += 1;
      if (at >= 0) {
        right += 1;
        if (open[at].type === type) typed += 1;
        else if (split === show)
          console.error(`TYPE  ${turn.id} ${rule}: ${type}, wanted ${open[at].type}: ${content}`);
        open.splice(at, 1);
      } else {
        wrong += 1;
        if (split === show) console.error(`WRONG ${turn.id} ${rule}: ${content}`);
      }
    }
    if (split === show)
      for (const { contains } of open)
        console.error(`MISS  ${turn.id} ${contains} <- ${turn.prompt.replaceAll('\n', ' | ')}`);
  }
  return {
    turns: chosen.length,
    traps: chosen.filter((turn) => turn.expect.length === 0).length,
    traps_taken: trapped,
    expected,
    candidates: right + wrong,
    precision: ratio(right, right + wrong),
    recall: ratio(right, expected),
    type_right: ratio(typed, right),
    rules: Object.fromEntries(
      Object.entries(rules).map(([rule, { right, wrong }]) => [
        rule,
        { candidates: right + wrong, precision: ratio(right, right + wrong), recall_share: ratio(right, expected) },
      ]),
    ),
    dropped,
  };
}

const report = {
  bars: { precision: PRECISION_MIN, recall: RECALL_MIN },
  ...Object.fromEntries(SPLITS.map((split) => [split, evaluate(split)])),
};
const missed = SPLITS.flatMap((split) => [
  ...(report[split].precision < PRECISION_MIN
    ? [`${split}: precision misses by ${(PRECISION_MIN - report[split].precision).toFixed(3)}`]
    : []),
  ...(report[split].recall < RECALL_MIN
    ? [`${split}: recall misses by ${(RECALL_MIN - report[split].recall).toFixed(3)}`]
    : []),
]);
if (args.includes('--json')) {
  console.log(JSON.stringify({ ...report, missed }, null, 2));
} else {
  for (const split of show ? [show] : SPLITS) {
    const {
      turns: count,
      traps,
      traps_taken,
      expected,
      candidates,
      precision,
      recall,
      type_right,
      rules,
    } = report[split];
    console.log(
      `${split}: ${count} turns (${traps} traps, ${traps_taken} taken), ${expected} expected, ${candidates} candidates`,
    );
    console.log(`  precision ${precision}  recall ${recall}  right type ${type_right}`);
    console.table(rules);
  }
  console.log(
    missed.length === 0 ? 'Every bar is met.' : missed.filter((line) => !show || line.startsWith(show)).join('\n'),
  );
}
process.exitCode = missed.length === 0 ? 0 : 1;
