import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Extraction } from '../../../src/capture/extract.ts';
import { extractCandidates } from '../../../src/capture/extract.ts';
import { EXTRACTOR_VERSION } from '../../../src/capture/extractor-version.ts';
import { makeDatesAbsolute } from '../../../src/capture/relative-dates.ts';
import { dropLeadIn, splitStatements } from '../../../src/capture/sentence.ts';

// A Thursday.
const AT = '2026-03-12T09:14:00Z';
const NOTHING_KNOWN = { isRestatement: () => false };
const extract = (prompt: string, response = 'Done.'): Extraction =>
  extractCandidates({ prompt, response, captured_at: AT }, NOTHING_KNOWN);
const contents = (prompt: string, response?: string): string[] =>
  extract(prompt, response).candidates.map((candidate) => candidate.content);

describe('what a person states becomes a candidate', () => {
  it.each([
    ['We decided to keep the alignment laser.', 'project'],
    ['ok so we are going with cerium oxide', 'project'],
    ['The enclosure must stay below 0.1 degree per hour.', 'project'],
    ['I prefer plots in nanometres.', 'preference'],
    ['I am the metrology lead.', 'identity'],
    ['From now on give RMS and PV.', 'adaptation'],
    ['No, the cavity is 312 mm, not 321.', 'project'],
    ['The cavity is 312 mm long.', 'project'],
    ['Yesterday we replaced the chiller of the east tower.', 'episodic'],
    ['On a choisi une monture à fourche.', 'project'],
    ['Il faut que la coupole se ferme toute seule.', 'project'],
    ['Je préfère les rapports en français.', 'preference'],
  ])('%s', (prompt, type) => {
    expect(extract(prompt).candidates.map((candidate) => candidate.type)).toEqual([type]);
  });

  it('finds it in running text between a question and a command (case C28)', () => {
    const prompt = 'Where is the drawing? After the call we decided to use the f/0.75 sphere. Update the list please.';
    expect(contents(prompt)).toEqual(['After the call we decided to use the f/0.75 sphere.']);
  });

  it('takes plain items under a heading that says what they are', () => {
    expect(contents('## Constraints\n- floor space is small\n\n## Notes\n- coffee is cold here')).toEqual([
      'floor space is small',
    ]);
  });

  it('carries rule, version, verbatim quote, speaker and absolute date (case C27)', () => {
    const prompt = 'Hmm.  The collimator   arrives tomorrow, at noon.';
    expect(extract(prompt).candidates).toEqual([
      {
        content: 'The collimator arrives tomorrow (2026-03-13), at noon.',
        type: 'episodic',
        rule: 'event',
        extractor_version: EXTRACTOR_VERSION,
        quote: 'The collimator   arrives tomorrow, at noon.',
        speaker: 'person',
        absolute_date: '2026-03-13',
      },
    ]);
  });
});

describe('what is left, with its reason', () => {
  it.each([
    ['why does the map flip its sign?', 'question'],
    ['should we always use float32', 'question'],
    ['Suppose the mirror were 300 mm wide.', 'hypothetical'],
    ['We could decide that logs are kept for a year.', 'hypothetical'],
    ['I think we must use the green laser.', 'uncertain'],
    ['Great, we always lose a night.', 'sarcasm'],
    ['The manual says the operator must wear gloves.', 'reported'],
    ['It would be nice if the export had 3 formats.', 'wish'],
    ['Run the tests with 3 workers.', 'instruction'],
    ['can you check that it never exceeds 5 V', 'instruction'],
    ['> we must never use felt', 'quote'],
    ['```\n# decision: we use felt\n```', 'code'],
    ['2026-03-12 09:00:01 INFO limit must be 3', 'log'],
    ['here is what the page says:\nThe sphere must be clean.', 'quote'],
    ['"The sphere must be clean at all times." is on the page', 'quote'],
    ['the build is stuck again', 'passing'],
    ['/review we must use felt', 'slash_command'],
    ['<tool_result>we must use felt</tool_result>', 'empty'],
  ])('%j: %s', (prompt, reason) => {
    const { candidates, dropped } = extract(prompt);
    expect(candidates).toEqual([]);
    expect(Object.keys(dropped)).toContain(reason);
  });

  it('drops what a document or a memory already says, and counts it (cases C27 and F01)', () => {
    const known = { isRestatement: (text: string) => text.includes('312 mm') };
    const turn = { prompt: 'The cavity is 312 mm long. The tower is 6.4 m high.', response: '', captured_at: AT };
    const { candidates, dropped } = extractCandidates(turn, known);
    expect(candidates.map((candidate) => candidate.content)).toEqual(['The tower is 6.4 m high.']);
    expect(dropped.restatement).toBe(1);
  });

  it('says a thing once', () => {
    const { candidates, dropped } = extract('The tower is 6.4 m high. The tower is 6.4 m high.');
    expect([candidates.length, dropped.repeated]).toEqual([1, 1]);
  });

  it('takes at most six from one turn', () => {
    const many = Array.from({ length: 20 }, (_, at) => `The mirror M${at} is ${at + 100} mm wide.`).join(' ');
    const { candidates, dropped } = extract(many);
    expect([candidates.length, dropped.cap]).toEqual([6, 14]);
  });

  it('leaves a sentence of more than 280 characters', () => {
    expect(extract(`We decided to use ${'a very long list of things and '.repeat(12)}more.`).dropped.too_long).toBe(1);
  });
});

describe('a statement among other words', () => {
  it.each([
    ['postgres it is, can you adapt the compose file?', 'postgres it is'],
    ['The valve opens at 3.5 bar, does that matter?', 'The valve opens at 3.5 bar'],
    ['Rename the table, all our columns are in snake_case', 'all our columns are in snake_case'],
    ['One more thing: the probe must be calibrated daily.', 'The probe must be calibrated daily.'],
    ['could you please stop asking whether to continue?', 'stop asking whether to continue'],
  ])('%s', (prompt, content) => {
    expect(contents(prompt)).toEqual([content]);
  });

  it('is the clause that says something when the sentence is long', () => {
    const talk = 'and then we went on and on about the weather and the food in the canteen and other things, '.repeat(
      4,
    );
    expect(contents(`well, ${talk}in the end we decided to keep the old gearbox, which is nice`)).toEqual([
      'in the end we decided to keep the old gearbox',
    ]);
  });

  it('keeps its rule although its reason is hypothetical', () => {
    expect(contents('We chose SQLite because a server would be too much.')).toHaveLength(1);
    expect(contents('A server would be too much.')).toEqual([]);
  });

  it('counts under the caption of its list, and not under one that leaves things open', () => {
    expect(contents('Agreed in the call:\n- felt tools\n- two shifts')).toEqual(['felt tools', 'two shifts']);
    expect(contents('Open questions:\n- we must use felt tools')).toEqual([]);
  });

  it('is taken back by the next sentence', () => {
    expect(extract('We use felt tools. Scratch that.')).toMatchObject({
      candidates: [],
      dropped: { withdrawn: 2 },
    });
    expect(contents('We use felt tools. The sphere must be clean. Just kidding.')).toEqual(['We use felt tools.']);
    expect(contents('We use felt tools. The sphere must be clean. Forget everything above.')).toEqual([]);
  });

  it('is not the words of others, however long the paste', () => {
    const paste = 'The sphere must be clean.\n\nThe tower must be high.';
    expect(contents(`Text of the contract clause:\n\n${paste}\n\nIs that so?`)).toEqual([]);
    expect(contents(`Anna: we must use felt\nBo: never\nAnna: we decided it\nwho is right?`)).toEqual([]);
    expect(contents(`"""\n${paste}\n"""\nWe decided to use felt tools.`)).toEqual(['We decided to use felt tools.']);
  });

  it('is read in the language of its small words', () => {
    expect(contents('On mesure la flèche à chaque passe.')).toHaveLength(1);
    expect(contents('On the bench lies a broom.')).toEqual([]);
    expect(contents('Wir haben uns für Zerodur entschieden.')).toHaveLength(1);
  });
});

describe('a statement is left for what stands around it', () => {
  it.each([
    // Text that is handed over.
    ['Translate this for the door: Visitors must always wear a badge in the hall.', 'quote'],
    ['Peux-tu traduire cette note ? Chaque visiteur doit toujours porter un badge.', 'quote'],
    ['i got this from the landlord:\nAll tenants must clear the yard by 3 May.', 'quote'],
    ['tl;dr please\n\nEvery lab must hand in its list, none may stay open after June.', 'quote'],
    // Output of machines, whatever its format.
    ['why?\nKeyError: field must be one of the 3 known names', 'log'],
    ['[boot] [WARN] the clock must be set before use', 'log'],
    ['    Limit:        always 3 per node', 'log'],
    ['pump.c:41:7: warning: the handle must be checked', 'log'],
    ['12.1 14.5 13.9\n11.8 14.4 13.2', 'log'],
    // Scenes.
    ['Pretend we are an airline. All our bags must be scanned twice at the gate.', 'hypothetical'],
    ['As an exercise: every lift in the tower must never carry more than 630 kg.', 'hypothetical'],
    // Taken back, in whatever words.
    ['The relay of the east gate sits on pin 7. ah sorry, no, that was the demo board.', 'withdrawn'],
    ['We freeze the bus format for all boards, or no, forget it, not before the fair.', 'withdrawn'],
    ['On garde le moteur de 40 W pour tous les bras. euh non attends, oublie.', 'withdrawn'],
    ['Wir nehmen für alle Pumpen den 24-V-Antrieb. Moment, doch nicht.', 'withdrawn'],
    ['The valve of tank 3 opens at 2 bar. or 3?', 'withdrawn'],
    // Particulars of what is asked for.
    ['make a test user: lives in Ulm, always pays late, never has more than 3 orders', 'instruction'],
    ['Exportier mir bitte die Platte als DXF, Maßstab 1:1', 'instruction'],
    ['Kindly remove all the pins of the old header from the drawing.', 'instruction'],
    ['the plot must fit on one slide, boss meeting at 3', 'instruction'],
    ['no docstrings needed in this one, it is only a throwaway script', 'instruction'],
    // The moment, and moods.
    ['the pump of line 2 makes 40 dB since ten minutes', 'passing'],
    ['Die Pumpe in Halle 2 muss heute Abend auf 9 bar laufen', 'passing'],
    ['tests on the rig are red since the numpy update, 3 of 40 fail', 'passing'],
    ["The budget of the west wing is a mess, don't ask.", 'passing'],
    // Questions without their mark.
    ['also why is the fan of rack 3 always on since monday', 'question'],
    ['or only for the old camera of the west tower', 'question'],
    // The words of others, and guesses.
    ['my advisor wants all of the plots in one colour', 'reported'],
    ['Laut Wiki müssen alle Pumpen zweimal im Jahr gewartet werden.', 'reported'],
    ['jpense que le courant double tous les 6 degrés', 'uncertain'],
    ['Hmm the brake of the arm opens 80 ms before the torque is on.', 'uncertain'],
    // Nothing but that something was settled.
    ['Agreed, exactly in this wording.', 'no_content'],
    ['We decided that together with the whole team:', 'no_content'],
    // Too little to be sure of.
    ['it must fit', 'slight'],
  ])('%j: %s', (prompt, reason) => {
    const { candidates, dropped } = extract(prompt);
    expect(candidates).toEqual([]);
    expect(Object.keys(dropped)).toContain(reason);
  });

  it('and kept beside a request, its consequence, a withdrawal of something else and in its corrected form', () => {
    expect(contents('The tank of line 2 holds 800 litres. Can you draw it? Forget it, I have a drawing.')).toHaveLength(
      1,
    );
    expect(
      contents('The tank of line 2 holds 800 litres. Ah no, wait, the tank of line 2 has 80 litres, not 800.'),
    ).toEqual(['The tank of line 2 has 80 litres, not 800.']);
    expect(
      contents('The bus of the arm runs at 500 kbit only. So the old tool cannot read all of its frames.'),
    ).toEqual(['The bus of the arm runs at 500 kbit only.']);
    expect(contents('To sum up: we keep the old gearbox for all the arms.')).toHaveLength(1);
  });
});

describe('what the agent says (case F03)', () => {
  const record = 'Done. Decision recorded: the probe is calibrated before each batch.';

  it('counts when the person confirmed it in this turn', () => {
    expect(extract('yes, do that', record).candidates).toMatchObject([
      { content: 'the probe is calibrated before each batch.', speaker: 'agent', rule: 'record', type: 'project' },
    ]);
  });

  it('counts as an explicit record of what the person decided', () => {
    expect(contents('carry on', 'You decided to keep the felt tools out of this project.')).toHaveLength(1);
  });

  it('does not count by itself', () => {
    expect(extract('carry on', record)).toMatchObject({ candidates: [], dropped: { unconfirmed: 1 } });
    expect(contents('what did we decide?', record)).toEqual([]);
  });

  it('counts as a summary after a yes, when what it says fits a rule', () => {
    expect(contents('yes, exactly', 'As agreed, the probe must be calibrated before each batch.')).toHaveLength(1);
    expect(contents('yes, exactly', 'As agreed, I had a look.')).toEqual([]);
    expect(contents('what now?', 'As agreed, the probe must be calibrated before each batch.')).toEqual([]);
  });

  it('never counts when it is an interim claim, even after a yes', () => {
    expect(contents('yes', 'The root cause is the encoder cable. It must be replaced. We decided to buy one.')).toEqual(
      [],
    );
  });
});

describe('relative dates', () => {
  it.each([
    ['it came yesterday', 'it came yesterday (2026-03-11)', '2026-03-11'],
    ['next Monday', 'next Monday (2026-03-16)', '2026-03-16'],
    ['next Thursday', 'next Thursday (2026-03-19)', '2026-03-19'],
    ['last Thursday', 'last Thursday (2026-03-05)', '2026-03-05'],
    ['it failed on Tuesday', 'it failed on Tuesday (2026-03-10)', '2026-03-10'],
    ['it starts on Tuesday', 'it starts on Tuesday (2026-03-17)', '2026-03-17'],
    ['last week', 'last week (week of 2026-03-02)', '2026-03-02'],
    ['two weeks ago', 'two weeks ago (2026-02-26)', '2026-02-26'],
    ['in 10 days', 'in 10 days (2026-03-22)', '2026-03-22'],
    ['next month', 'next month (2026-04)', '2026-04'],
    ['hier soir', 'hier (2026-03-11) soir', '2026-03-11'],
    ['la semaine prochaine', 'la semaine prochaine (week of 2026-03-16)', '2026-03-16'],
    ['il y a trois jours', 'il y a trois jours (2026-03-09)', '2026-03-09'],
    ['lundi prochain', 'lundi prochain (2026-03-16)', '2026-03-16'],
  ])('%s becomes %s', (text, wanted, date) => {
    expect(makeDatesAbsolute(text, AT)).toEqual({ text: wanted, absolute_date: date });
  });

  it('leave other words, and text without an instant, alone', () => {
    expect(makeDatesAbsolute('the hier-archy of mondays', AT)).toEqual({ text: 'the hier-archy of mondays' });
    expect(makeDatesAbsolute('tomorrow', 'never')).toEqual({ text: 'tomorrow' });
  });

  it('are the same whatever the hour', () => {
    expect(makeDatesAbsolute('tomorrow', '2026-12-31T23:59:59Z').absolute_date).toBe('2027-01-01');
  });
});

describe('sentences', () => {
  it('end at marks, not at abbreviations or decimals', () => {
    const { sentences } = splitStatements('Use e.g. the f/1.5 sphere. It is 3.2 mm off. Why?');
    expect(sentences.map((sentence) => sentence.text)).toEqual([
      'Use e.g. the f/1.5 sphere.',
      'It is 3.2 mm off.',
      'Why?',
    ]);
  });

  it('quote what stands in the text, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const plain = text.replaceAll('\r\n', '\n');
        for (const { quote } of splitStatements(text).sentences) expect(plain).toContain(quote);
      }),
    );
  });

  it('lose the words that only lead into them', () => {
    expect(dropLeadIn('ok so, actually the tower is high')).toBe('The tower is high');
    expect(dropLeadIn('so it is')).toBe('so it is');
  });
});

describe('extraction from any text', () => {
  const piece = fc.constantFrom(
    'We decided',
    ' must ',
    'The mirror is 3 mm',
    '. ',
    '? ',
    '\n',
    '"',
    '```',
    '> ',
    'tomorrow',
    '<',
    '😀',
    'é',
    '## Decisions\n',
  );

  it('is deterministic, keeps its bounds and quotes verbatim', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), fc.array(piece), (prompt, response) => {
        const turn = { prompt: prompt.join(''), response: response.join(''), captured_at: AT };
        const first = extractCandidates(turn, NOTHING_KNOWN);
        expect(extractCandidates(turn, NOTHING_KNOWN)).toEqual(first);
        expect(first.candidates.length).toBeLessThanOrEqual(6);
        for (const { content, quote } of first.candidates) {
          expect(content.length).toBeGreaterThanOrEqual(8);
          expect(content.length).toBeLessThanOrEqual(280);
          expect(turn.prompt + turn.response).toContain(quote);
        }
      }),
    );
  });

  it.each([
    'a',
    'we must ',
    'The ',
    '. ',
    '"',
    '«',
    '; ',
    'so ',
    '# ',
    ': ',
    '1 mm ',
    '\n- ',
    'and so ',
    'we now ',
    'the a of ',
  ])('takes bounded work for %j repeated', (unit) => {
    const started = process.cpuUsage();
    extract(unit.repeat(Math.ceil(1_000_000 / unit.length)));
    // A pattern that backtracks over a megabyte would take minutes.
    expect(process.cpuUsage(started).user).toBeLessThan(15_000_000);
  });
});

describe('the labelled turns', () => {
  const lines = readFileSync(new URL('../../fixtures/extract/turns.jsonl', import.meta.url), 'utf8')
    .trim()
    .split('\n');
  const turns = lines.map(
    (line) => JSON.parse(line) as { id: string; split: string; prompt: string; response: string; expect: unknown[] },
  );

  const of = (...splits: string[]): number => turns.filter((turn) => splits.includes(turn.split)).length;

  it('are at least 320, a third of them traps, each id once, many of them never tuned on', () => {
    expect(turns.length).toBeGreaterThanOrEqual(320);
    expect(new Set(turns.map((turn) => turn.id)).size).toBe(turns.length);
    expect(turns.filter((turn) => turn.expect.length === 0).length).toBeGreaterThanOrEqual(turns.length / 3);
    expect(of('tune', 'held', 'spent', 'fresh')).toBe(turns.length);
    expect(of('held', 'fresh')).toBeGreaterThanOrEqual(of('tune', 'held', 'fresh') * 0.4);
  });
});
