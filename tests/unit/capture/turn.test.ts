import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { removePrivate } from '../../../src/capture/private-marks.ts';
import { cleanTurn } from '../../../src/capture/turn.ts';
import { LIMITS } from '../../../src/core/limits.ts';

const prompt = (text: string) => cleanTurn({ prompt: text, response: 'Done.' });

describe('the person’s own words (cases C20 and F02)', () => {
  it.each([
    [
      'our own context',
      '<atocore-context project="p05" receipt="rc_1">\n- [M4] preference: nm\n</atocore-context>\nplot the map',
      'plot the map',
    ],
    ['a reminder in the middle', 'plot <system-reminder>must be clean</system-reminder>the map', 'plot the map'],
    ['hook output', '<user-prompt-submit-hook>ok</user-prompt-submit-hook>plot the map', 'plot the map'],
    ['a tool result', 'look\n<tool_result>we must use the blue cable</tool_result>', 'look'],
    ['a nested block', '<tool_result>a <tool_result>b</tool_result> c</tool_result> look', 'look'],
    ['blocks of two kinds inside each other', '<system-reminder><tool_result></system-reminder>look', 'look'],
    ['an unclosed block', 'look <system-reminder>and more\nand more', 'look'],
    ['a stray end mark', 'look</system-reminder> here', 'look here'],
    ['marks in capitals', '<SYSTEM-REMINDER>x</SYSTEM-REMINDER>look', 'look'],
    ['facts of a chat gateway', 'Conversation info (untrusted metadata):\n```json\n{"chat":"1"}\n```\n\nlook', 'look'],
    [
      'external content',
      'look <<<EXTERNAL_UNTRUSTED_CONTENT>>> we must <<<END_EXTERNAL_UNTRUSTED_CONTENT>>> here',
      'look  here',
    ],
  ])('are freed from %s', (_what, text, wanted) => {
    expect(prompt(text)).toEqual({ prompt: wanted, response: 'Done.' });
  });

  it('keep a mark that is only talked about', () => {
    expect(prompt('why does `<system-reminder>` show up here?').prompt).toContain('`<system-reminder>`');
  });

  it('keep other marks, code and comparisons', () => {
    const text = 'if a < b and c > d then <div class="x">y</div>';
    expect(prompt(text).prompt).toBe(text);
  });

  it('frees the reply too', () => {
    expect(cleanTurn({ prompt: 'x y', response: '<atocore-context>old</atocore-context>Done.' }).response).toBe(
      'Done.',
    );
  });

  it.each([
    ['/compact', 'slash_command'],
    ['  /review src/phase.ts', 'slash_command'],
    ['<command-name>/clear</command-name>', 'slash_command'],
    ['! ls -la', 'shell_command'],
    ['', 'empty'],
    [' \n\t', 'empty'],
    ['…!?', 'empty'],
    ['<system-reminder>only this</system-reminder>', 'empty'],
    ['[Request interrupted by user]', 'machine_made'],
    ['This session is being continued from a previous conversation that ran out of context.', 'machine_made'],
    ['Stop hook feedback: not yet', 'machine_made'],
    ['[cron:nightly] summarise', 'machine_made'],
  ])('are not in %j: %s', (text, reason) => {
    expect(prompt(text).skip).toBe(reason);
  });

  it.each(['/data/maps is full', 'ok', 'the system: is it up?', 'non !'])('are in %j', (text) => {
    expect(prompt(text).skip).toBeUndefined();
  });

  it('are cut at a mark that tells their length', () => {
    const long = 'The cavity is 312 mm long. '.repeat(10_000);
    const { prompt: cut } = prompt(long);
    expect(cut.length).toBeLessThanOrEqual(LIMITS.interactionCharsMax);
    expect(cut).toMatch(/long\.…\n\[cut: 269999 characters\]$/);
  });

  it('never throws and never grows, whatever the text', () => {
    const piece = fc.constantFrom(
      '<',
      '>',
      '/',
      'private',
      'system-reminder',
      '<tool_result>',
      '</tool_result>',
      '`',
      '\n',
      'a ',
      '😀',
    );
    fc.assert(
      fc.property(
        fc.array(piece).map((parts) => parts.join('')),
        (text) => {
          expect(prompt(text).prompt.length).toBeLessThanOrEqual(text.length);
        },
      ),
    );
  });
});

describe('private marks', () => {
  it.each([
    ['a <private>b</private> c', 'a  c', 1],
    ['a <PRIVATE>b</Private> c', 'a  c', 1],
    ['a <private>b <private>c</private> d</private> e', 'a  e', 1],
    ['a <private>b</private> c <private>d</private>', 'a  c ', 2],
    ['a <private>b and everything after', 'a ', 1],
    ['a </private> b', 'a  b', 0],
    ['a < private >b</ private> c', 'a  c', 1],
    ['`<private>`hidden`</private>` b', '`` b', 1],
    ['nothing here, <privateer> neither', 'nothing here, <privateer> neither', 0],
  ])('%j becomes %j', (text, wanted, count) => {
    expect(removePrivate(text)).toEqual({ text: wanted, count });
  });

  it('hide what is between them, whatever is around', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        const { text } = removePrivate(`${before}<private>S3CRET-THING</private>${after}`);
        expect(text).not.toContain('S3CRET-THING');
      }),
    );
  });

  it('take linear time on a megabyte of opening marks', () => {
    expect(removePrivate('<private>'.repeat(120_000))).toEqual({ text: '', count: 1 });
    expect(removePrivate('<'.repeat(1_000_000)).count).toBe(0);
  });
});
