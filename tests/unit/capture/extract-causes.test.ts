import { describe, expect, it } from 'vitest';
import type { Extraction } from '../../../src/capture/extract.ts';
import { extractCandidates } from '../../../src/capture/extract.ts';

const extract = (prompt: string, response = 'Done.'): Extraction =>
  extractCandidates({ prompt, response, captured_at: '2026-03-12T09:14:00Z' }, { isRestatement: () => false });
const contents = (prompt: string, response?: string): string[] =>
  extract(prompt, response).candidates.map((candidate) => candidate.content);

describe('a correction', () => {
  it.each([
    ['No, the sample rate is 4 kHz.', 'The sample rate is 4 kHz.'],
    ['Nope, the lamp sits on relay 6.', 'The lamp sits on relay 6.'],
    ['Wrong, the tank is made of steel.', 'The tank is made of steel.'],
    ['Correction: the lens has 50 mm.', 'The lens has 50 mm.'],
    ["That's wrong: the lens has 50 mm.", 'The lens has 50 mm.'],
    ['Actually the lens is a 50 mm one.', 'The lens is a 50 mm one.'],
    ['Non, la cuve fait 800 litres, pas 700.', 'La cuve fait 800 litres, pas 700.'],
    ["C'est faux : la cuve est en inox.", 'La cuve est en inox.'],
    ['Nein, der Tank fasst 800 Liter im Betrieb.', 'Der Tank fasst 800 Liter im Betrieb.'],
    ['Stimmt nicht, der Tank ist aus Stahl.', 'Der Tank ist aus Stahl.'],
    [
      'That is wrong: the winch does not use the Beckhoff EL7041 terminal, it uses the EL7047.',
      'The winch does not use the Beckhoff EL7041 terminal, it uses the EL7047.',
    ],
  ])('loses the words that open it, and keeps its quote: %s', (prompt, content) => {
    expect(extract(prompt).candidates).toMatchObject([{ rule: 'correction', content, quote: prompt }]);
  });

  it('is what follows a bare denial', () => {
    const { candidates, dropped } = extract('No, that is not right. The winch uses a Trinamic board for homing.');
    expect(candidates).toMatchObject([
      { rule: 'correction', content: 'The winch uses a Trinamic board for homing.', type: 'project' },
    ]);
    expect(Object.values(dropped)).toEqual([1]);
  });
});

it('every sentence ends as a candidate or as a counted reason', () => {
  for (const prompt of ['That is wrong.', 'Scratch that.', 'That is wrong: I am tired.', 'No, that is nonsense.']) {
    const { candidates, dropped } = extract(prompt);
    expect(candidates.length + Object.values(dropped).reduce((sum, times) => sum + times, 0)).toBe(1);
  }
});

describe('what is left', () => {
  it.each([
    // Faults in the words of rules, and counts of the day.
    ['The Moxa bridge never answers the second telegram of a burst.', 'passing'],
    ['the west camera always jumps by 12 px when the fan starts', 'passing'],
    ['our Grafana panel only ever shows the last 3 days no matter what range i pick', 'passing'],
    ['der Drucker in Halle 3 druckt immer nur die erste Seite', 'passing'],
    ['Le capteur du banc 2 affiche toujours 0 bar', 'passing'],
    ['all requests to the depot come back with a 502 after 30 s', 'passing'],
    ['the queue of the depot holds 9000 messages', 'passing'],
    ['the disk of node 4 is 93 % full', 'passing'],
    ['Everyone has an opinion on pump 7 by now.', 'passing'],
    ['the dump of the depot is 45 bytes. find out since when', 'passing'],
    // An adverb with a verb that nothing was built for.
    ['The dryer only heats on its left side.', 'passing'],
    ['the peak in figure 2 is 40 nm wide', 'passing'],
    ['The mean of the east bath is 4.2 °C\nwhy is it that high?', 'passing'],
    // Reports.
    ['Status: valves 1 to 4 are mounted, valve 5 waits for its 2 gaskets.', 'passing'],
    ['three of the nine valves are mounted and take 24 V', 'passing'],
    // Made up.
    ['For the D&D night: every dwarf has two axes and no elf may enter the mine.', 'hypothetical'],
    ['make me a limerick. The engineer uses only tape for all repairs.', 'hypothetical'],
    ['Fixture: three sensors, the second never answers, all have id 7.', 'hypothetical'],
    ['A train leaves at 9:00 with 80 km/h and a second one at 9:30.', 'hypothetical'],
    ['Scene 1: a lab. The professor only speaks in rhymes to all of us.', 'hypothetical'],
    ['Simulate 50 pumps. Every tenth one must fail after 100 hours.', 'instruction'],
    // Letters, texts to write, pages of others.
    ['Dear Ms Keller, the 12 gearboxes must be delivered by the end of May.', 'quote'],
    ['Hi Tom,\n\nwe decided to move the workshop to Friday.\n\nBest,\nLena', 'quote'],
    ['Absolute maximum ratings: VDD 3.6 V, storage -40 to 125 °C', 'quote'],
    ['The headline must be: "We cut waste by 30 %"', 'instruction'],
    ['Schreib in die Mail, dass wir immer freitags liefern', 'instruction'],
    ['The caption: all values are means of 5 runs', 'instruction'],
    // Particulars of a thing that is asked for.
    ['build a mock of the probe. It returns 20 readings per call and each reading has a time.', 'instruction'],
    ['Generate a config for the fair. Every visitor is admin and all quotas are 10 GB.', 'instruction'],
    // Hearsay, and what is still being chosen.
    ['the sales guy promised a lead time of 4 weeks for all sizes', 'reported'],
    ['datasheet promises 14.2 bits at 1 Msps', 'reported'],
    ['Nach Auskunft des Lieferanten hält die Dichtung 10 Jahre.', 'reported'],
    ['the choice is between a Maxon and a Faulhaber motor', 'undecided'],
    ['once the budget is in we go for the bigger press', 'undecided'],
    ['on doit encore choisir entre la sonde A et la sonde B', 'undecided'],
    // Machines.
    [
      'CREATE TABLE probes (\n  id INTEGER,\n  name TEXT, -- must match the label\n  gain REAL -- always dB\n);',
      'code',
    ],
    ['scp: connect to depot-07 port 22: No route to host', 'log'],
    ['[node7]: all nodes must join in the same order', 'log'],
    // A question without its mark.
    ['didnt we drop that board in the summer', 'question'],
  ])('%j: %s', (prompt, reason) => {
    const { candidates, dropped } = extract(prompt);
    expect(candidates).toEqual([]);
    expect(Object.keys(dropped)).toContain(reason);
  });
});

describe('what is found', () => {
  it.each([
    ['we use felt tools'],
    ['commits in english only'],
    ['min android is 9'],
    ['ports below 1024 are off limits'],
    ['im a nurse by training, coding is self taught'],
    ['cant stand nested ternaries'],
    ['i like diffs way more than full files'],
    ['answer in english even if i write german'],
    ['every time you finish a task give me a one line summary'],
    ['the old kiln died on may 22 in the storm'],
    ['new laser arrives june 9'],
    ['boat goes back in the water on april 11'],
    ['learned the hard way: the wiper loses contact below -10 °C'],
    ['clamp meter says: fridge pulls 4.1 A with the compressor on'],
    ['in all our reports availability means the share of minutes with data'],
    ['anything tagged slow runs nightly only'],
    ["we're on GitLab, not GitHub"],
    ["Réponds-moi en français même si je t'écris en anglais."],
    ['Work package four is led by Sven.'],
    ['Sensoren hängen alle am CAN-Bus mit 500 kbit.'],
    ['Pumpe 3 fördert 40 l/min bei 6 bar.'],
    ['Je suis électronicien, pas développeur.'],
  ])('%s', (prompt) => {
    expect(contents(prompt)).toHaveLength(1);
  });

  it('between little pictures, behind an announcement and beside an aside', () => {
    expect(contents('what a nice table 😍 i like numbers more in a table than in prose')).toEqual([
      'i like numbers more in a table than in prose',
    ]);
    expect(contents('Separate matter: the archive stays on the old image.')).toEqual([
      'The archive stays on the old image.',
    ]);
    expect(contents('The gain is 12 dB in all channels (the appendix says 20, a typo).')).toHaveLength(1);
  });

  it('with the date that is written, not one that is guessed beside it', () => {
    expect(contents('The rack in Ulm gets powered down on Saturday 14 November at 22:00.')).toEqual([
      'The rack in Ulm gets powered down on Saturday 14 November at 22:00.',
    ]);
  });
});

describe('what leans on its neighbours', () => {
  it.each([
    ['Commit messages are in English, always. Half of the office cannot read them otherwise.', 1],
    ['Derive the gain for me. K = P/(P + R), z = H·x, R = 0.2 here.', 0],
    ['I need a page about the second bench. Bullet points are enough, no novel please.', 0],
    ['overlay both runs of the 12 V rail, crop at 200 s and subtract the mean', 0],
    ['The soak is at hour 31 of 72 and all cells are within 9 mV.', 0],
    ['next flight: grid of 120 x 300 m, 70 % overlap, 60 m above ground', 0],
    ['rebuilt the image for the cluster and the mpi test passes now', 0],
    ['Tom bets on the coupling of the second motor, he always does.', 0],
    ['push failed\n\nremote: You are not allowed to push to the protected branches of this project.', 0],
    ['B it is, the 24 V one.', 0],
    ['Sheet 3 has a mistake in task 2 (the prior is not normalised), please correct it.', 0],
  ])('%s', (prompt, count) => {
    expect(contents(prompt)).toHaveLength(count);
  });
});

describe('short statements that say enough', () => {
  it.each([
    "Let's use SQLite for the cache.",
    'The customer requires ISO 13485 compliance.',
    'Anna is responsible for the firmware.',
    'Polishing pressure must stay below 2 psi.',
    'Focal length is 1800 mm.',
    'Response time must not exceed 200 ms.',
    'We moved the server to Hetzner.',
    'We stopped using Jenkins.',
    'Going with the 24 V supply.',
    'It turned out that the noise came from the power supply.',
    'Everything is deployed with Ansible.',
    'Le miroir fait 400 mm de diamètre.',
    'Toutes les cotes sont en millimètres.',
  ])('%s', (prompt) => {
    expect(contents(prompt)).toEqual([prompt]);
  });
});
