import { LIMITS } from '../core/limits.ts';
import { cutAtSentence } from '../core/text.ts';
import { removeBlocks } from './marked-blocks.ts';

/** One exchange: what the person typed and the final reply to it. */
export interface RawTurn {
  prompt: string;
  response: string;
}

/** Why a turn is not worth keeping. */
export type SkipReason = 'empty' | 'slash_command' | 'shell_command' | 'machine_made';

/** The person's own words and the reply; with `skip` the turn must not be stored. */
export interface CleanTurn {
  prompt: string;
  response: string;
  skip?: SkipReason;
}

/**
 * Blocks that clients, their hooks and tools put into a prompt; ours among them, or recall would feed capture (case
 * F02).
 */
const INJECTED_BLOCKS = [
  'atocore-[a-z-]{1,30}',
  'system-reminder',
  '[a-z-]{1,40}-hook',
  'hook[_-][a-z_-]{1,40}',
  'local-command-[a-z]{1,20}',
  'command-(?:name|message|args|contents)',
  'bash-(?:input|stdout|stderr)',
  'tool[_-](?:result|results|use|call|output|response|error)',
  'function[_-](?:calls?|results?)',
  'task-notification',
  'ide[_-](?:selection|opened_file|diagnostics)',
  'new-diagnostics',
  'persisted-output',
  'environment[_-](?:context|details)',
  'user[_-]instructions',
  'additional[_-]context',
  'relevant[_-]memories',
  'thinking',
];

/** Facts about a message that a chat gateway writes above it. */
const GATEWAY_HEADS = /^[A-Z][A-Za-z ]{2,60} \(untrusted[^)\n]{0,60}\):?\n```(?:json)?\n[\s\S]*?\n```[ \t]*\n*/gm;
const EXTERNAL_CONTENT =
  /<<<[ ]?EXTERNAL_UNTRUSTED_CONTENT[\s\S]*?(?:<<<[ ]?END_EXTERNAL_UNTRUSTED_CONTENT[^>\n]{0,80}>>>|$)/g;

const MACHINE_MADE = [
  /^\[Request interrupted/i,
  /^Caveat: The messages below were generated/i,
  /^This session is being continued from a previous/i,
  /^Your previous (?:turn|response) was (?:cut|interrupted)/i,
  /^(?:Stop|PreToolUse|PostToolUse|UserPromptSubmit|SessionStart) hook (?:feedback|blocking|error|success)/i,
  /^\[?(?:cron|heartbeat|system(?: message)?|automated message)[\]:]/i,
  /^Read HEARTBEAT\.md/i,
  /^API Error\b/i,
  /^\[(?:Image|File|Pasted text)[^\]\n]{0,200}\]$/i,
];

/** A path may begin a sentence too: "/health and /version are public". */
const SLASH_COMMAND = /^\/[A-Za-z][\w:.-]{0,80}(?:$|\s(?!\s{0,4}(?:and|or|is|are|must|returns?|has)\s))/;
const COMMAND_BLOCK = /<command-(?:name|message)>/i;
const SHELL_COMMAND = /^!\s{0,2}\S/;

/**
 * The person's own words and the reply that answered them: injected blocks, hook output and tool results are taken
 * out, both are cut to the length that an interaction may have, and turns that no person wrote are marked to be
 * skipped (case C20).
 */
export function cleanTurn(turn: RawTurn): CleanTurn {
  const prompt = shorten(removeInjected(turn.prompt));
  const response = shorten(removeInjected(turn.response));
  const skip = findSkipReason(turn.prompt, prompt);
  return skip === undefined ? { prompt, response } : { prompt, response, skip };
}

function removeInjected(text: string): string {
  const unwrapped = text.replaceAll('\r\n', '\n').replace(EXTERNAL_CONTENT, '').replace(GATEWAY_HEADS, '');
  return removeBlocks(unwrapped, INJECTED_BLOCKS)
    .text.replace(/\n{3,}/g, '\n\n')
    .trim();
}

function findSkipReason(raw: string, prompt: string): SkipReason | undefined {
  if (SLASH_COMMAND.test(raw.trimStart()) || COMMAND_BLOCK.test(raw)) return 'slash_command';
  if (!/[\p{L}\p{N}]/u.test(prompt)) return 'empty';
  if (SLASH_COMMAND.test(prompt)) return 'slash_command';
  if (SHELL_COMMAND.test(prompt)) return 'shell_command';
  return MACHINE_MADE.some((form) => form.test(prompt)) ? 'machine_made' : undefined;
}

/** The mark counts the characters that were there, so that a reader knows how much is missing. */
function shorten(text: string): string {
  if (text.length <= LIMITS.interactionCharsMax) return text;
  const mark = `\n[cut: ${text.length} characters]`;
  return cutAtSentence(text, LIMITS.interactionCharsMax - mark.length) + mark;
}
