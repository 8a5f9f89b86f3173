import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { guardedStem, raiseConfidence, reinforcedBy } from '../../../src/capture/reinforce.ts';

const reinforces = (memory: string, reply: string) => reinforcedBy(reply)(memory);

const topics =
  'interferometer cavity mirror slurry spindle firmware watchdog replica migration encoder dome grating collimator turret bearing gasket';

describe('reinforcement (case C24)', () => {
  it('sees a paraphrase with other endings', () => {
    expect(
      reinforces('The operators are measuring polished mirrors', 'An operator measured the polishing of each mirror.'),
    ).toBe(true);
  });

  it('does not see what a reply only echoes of a context pack', () => {
    const memory = 'The mirror is polished by hand.';
    const echo = (line: string) => `Here is what I was given:\n${line}\nShall I go on?`;
    expect(reinforces(memory, echo('- [M4] project: The mirror is polished by hand.'))).toBe(false);
    expect(reinforces(memory, echo('[D12] notes.md: the mirror is polished by hand'))).toBe(false);
    expect(reinforces(memory, echo('- The mirror is polished by hand.'))).toBe(true);
  });

  it.each([
    ['The controller uses the blue terminal for homing.', 'The controller does not use the blue terminal for homing.'],
    [
      'The controller uses the blue terminal.',
      'You are right, the controller uses the blue terminal no longer. I changed it.',
    ],
    ['The mirror is polished by hand.', 'Sure. The mirror isn’t polished by hand.'],
    ['Le miroir est poli à la main.', 'Compris, le miroir n’est pas poli à la main.'],
    ['Der Spiegel wird von Hand poliert.', 'Der Spiegel wird nicht von Hand poliert.'],
    ['Never park the dome on battery.', 'I park the dome on battery.'],
    ['Le miroir est poli à la main.', 'Le miroir n’est plus poli à la main.'],
    ['The mirror is polished by hand.', 'The mirror is polished by hand: this is wrong.'],
    ['The mirror is polished by hand.', 'The mirror is polished by hand? No, that is wrong.'],
    ['The mirror is polished by hand.', 'If the mirror is polished by hand, it takes a week.'],
    ['The lab runs at 18 degrees all year.', 'The lab runs at 21 degrees all year.'],
  ])('does not take the denial of %j for it', (memory, reply) => {
    expect(reinforces(memory, reply)).toBe(false);
    expect(reinforces(memory, memory)).toBe(true);
    // Both were said: what the reply means is not for us to guess, and nothing is lost by raising it.
    expect(reinforces(memory, `${reply} ${memory}`)).toBe(true);
  });

  it('sees a statement beside the denial of another one', () => {
    expect(reinforces('The mirror is polished by hand.', 'It is not coated yet. The mirror is polished by hand.')).toBe(
      true,
    );
  });

  it('takes 70% of the stems and not less', () => {
    const memory = topics.split(' ').slice(0, 10).join(' ');
    expect(reinforces(memory, topics.split(' ').slice(0, 7).join(' '))).toBe(true);
    expect(reinforces(memory, topics.split(' ').slice(0, 6).join(' '))).toBe(false);
  });

  it('reinforces a paragraph with 12 shared stems and 35%', () => {
    const many = Array.from({ length: 34 }, (_, at) => `topic${at}x`);
    const memory = (count: number) => many.slice(0, count).join(' ');
    expect(reinforces(memory(34), memory(12))).toBe(true);
    // 11 of 20 is more than half, and still one too few.
    expect(reinforces(memory(20), memory(12))).toBe(true);
    expect(reinforces(memory(20), memory(11))).toBe(false);
    const long = Array.from({ length: 40 }, (_, at) => `topic${at}x`).join(' ');
    expect(reinforces(long, memory(13))).toBe(false);
    expect(reinforces(long, memory(14))).toBe(true);
  });

  it('asks 70% of a memory of 15 stems, however many are shared', () => {
    const memory = topics.split(' ').slice(0, 15).join(' ');
    expect(reinforces(memory, topics.split(' ').slice(0, 10).join(' '))).toBe(false);
  });

  it.each(['red', 'bus', 'sing', 'being', 'gas', 'uses'])('does not stem %s', (word) => {
    expect(guardedStem(word)).toBe(word);
  });

  it.each([
    ['tests', 'test'],
    ['measured', 'measur'],
    ['runs', 'run'],
  ])('stems %s to %s', (word, wanted) => {
    expect(guardedStem(word)).toBe(wanted);
  });

  it('is not fooled by words without a topic', () => {
    expect(reinforces('it is what it is', 'it is what it is')).toBe(false);
    expect(reinforces('the', 'the')).toBe(false);
  });

  it('counts a repeated stem once', () => {
    expect(reinforces('mirror mirror mirror slurry', 'mirror')).toBe(false);
  });

  it('always holds for the text itself, and for more text around it', () => {
    fc.assert(
      fc.property(fc.subarray(topics.split(' '), { minLength: 1 }), fc.string(), (some, more) => {
        // In a paragraph of its own: any text may hold a "no", which in the same sentence would deny it.
        expect(reinforces(some.join(' '), `${more}\n\n${some.join(' ')}\n\n${more}`)).toBe(true);
      }),
    );
  });
});

describe('confidence', () => {
  it('rises by 0.02, never above 1 and never down', () => {
    expect(raiseConfidence(0.8)).toBe(0.82);
    expect(raiseConfidence(0.99)).toBe(1);
    expect(raiseConfidence(1)).toBe(1);
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (confidence) => {
        const raised = raiseConfidence(confidence);
        expect(raised).toBeGreaterThanOrEqual(confidence);
        expect(raised).toBeLessThanOrEqual(1);
      }),
    );
  });
});
