/**
 * Lines that a machine wrote: logs, stack traces, compiler output, terminal sessions, dumps and tables. They are full of
 * "must", "always" and numbers, and nobody stated any of them.
 */

const LEVEL = '(?:INFO|NOTICE|WARN(?:ING)?|ERROR|ERREUR|FEHLER|DEBUG|TRACE|FATAL|CRITICAL|PANIC|VERBOSE)';

/** Each is enough by itself. They are anchored or bounded, so that a long line costs no more than its length. */
const MARKS: readonly RegExp[] = [
  // A time or a level in front.
  /^\s*(?:\[?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d|\[?\d\d:\d\d:\d\d|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec) +\d{1,2} \d\d:\d\d:\d\d)/i,
  new RegExp(`^\\s*${LEVEL}\\b`),
  new RegExp(`^\\s*\\S{1,60}(?:\\s\\S{1,40}){0,2}\\s+[[(<|]?${LEVEL}[\\])>|:]`),
  // Fields in brackets: "[node-3] [WARN] …", "[   12.345] usb …".
  /^\s*(?:\[[^\]]{1,60}\]\s*){2}|^\s*\[[^\]]{1,40}\]:|^\s*[a-z][\w.+-]{1,20}: (?:[^:\n]{1,80}: )?(?:No such|No route|Permission denied|Connection|Cannot|can't|could not|cannot|not found|invalid|unrecogni[sz]ed|unknown|command not|Operation|Device|Is a directory|Too many|Broken pipe|Temporary failure|Name or service|Host|Input\/output|missing|failed|bad|unable)|^\s*\[\s*\d[\d.:, ]*\]\s/,
  // What git says for the other side.
  /^\s*(?:remote: |To \S+:\S+|From \S+:\S+| ! \[|! \[(?:remote )?rejected\]|hint: )/,
  // Named errors, and what tools put in front of their messages.
  /^\s*(?:[\w.$]{0,60}(?:Error|Exception|Fault|Panic)(?:\b|\[)[^.?!]{0,40}:\s|(?:[\w+.-]{1,20}: )?(?:error|warning|fatal|fatal error|panic|help|debug\d?|verbose|remark)(?:\[\w+\])?:\s|(?:Fehler|Erreur|Warnung|Avertissement|Error|Warning)(?: [\w-]{1,12})?\s?[:,]\s|npm (?:ERR|WARN|error)|(?:error|warning|info) [A-Z]{0,4}\d{2,5}:|E {1,8}(?:\w*Error|assert|\+)|<\d{1,3}>|HTTP\/\d|[A-Z]\w+(?:-[A-Z]\w+)+: \S+|kernel\b.{0,20}:|Kernel panic|core dumped|Traceback\b|Caused by:|During handling of|Segmentation fault|Process finished with|Unhandled |Uncaught )/,
  /^\s*(?:at \S+[(.:]|File "[^"]+", line|\.{3} \d+ more|[~^]{2,}\s*$|\s*\^\s*$|\d+ \| |#\d+ +0x|=+ .* =+$)/,
  // Places in files: "src/main.c:12:5: …", "foo.py(12): …".
  /^\s*[\w./\\-]{1,120}\.\w{1,5}(?::\d+(?::\d+)?:|\(\d+(?:,\d+)?\)\s?:)/,
  // Terminal sessions and tools at work.
  /^\s*(?:[$❯➜%]\s+\S|>{2,3} ?\S|In \[\d+\]:|Out\[\d+\]:|[\w-]+@[\w.-]+:\S*[$#]|make(?:\[\d+\])?: |make\[\d|ninja: |cmake |gcc |g\+\+ |(?:collecting|downloading|linking|compiling|installing|fetching|cloning into|unpacking|pulling) \S+(?:\s\S+)?\s*(?:\.{3}|\(|$)|(?:PASS|FAIL|FAILED|PASSED|SKIPPED|ok|not ok)\s+\S*[./:\d]\S*)/,
  // Tables, dumps of memory, fields of records.
  /^\s*\|.*\|\s*$|^[\s|+=-]*[-=]{3,}[\s|+=-]*$|^[^|\n]+(?:\|[^|\n]+){3,}$|^[^\t\n]+(?:\t+[^\t\n]+){2,}$/,
  /^\s*(?:(?:0x)?[0-9a-f]{4,16}:?\s+)?(?:[0-9a-f]{2}\s){4,}/i,
  /^\s*"[\w.$-]+"\s?:\s?["[{\d]|^(?:[\w.-]+=[^\s,;]+[\s,;]+){2,}[\w.-]+=\S/,
  // A field that is set off by blanks: "   Reason:       OOMKilled".
  /^\s*[A-Za-z][\w ()/.-]{1,40}:(?: {2,}|\t)\S|^\s{2,}[A-Za-z][\w ()/.-]{1,30}:(?:\s+\S|\s*$)/,
];

/** Words that people need to talk and machines mostly do without. */
const TALK =
  /(?<![\p{L}\p{N}_])(?:the|a|an|we|i|you|it|is|are|our|my|please|so|but|and|that|this|le|la|les|un|une|on|je|tu|est|et|der|die|das|ein|eine|wir|ich|ist|und)(?![\p{L}\p{N}_])/giu;

/** Somebody is speaking: to the reader, or of himself and his people. */
const PERSON =
  /(?<![\p{L}\p{N}_])(?:i|i'm|i've|we|you|my|our|us|me|please|pls|so|ok|but|thanks|je|j'ai|on|tu|nous|notre|mon|ma|ich|wir|du|mein\p{L}*|unser\p{L}*|bitte)(?![\p{L}\p{N}_])/iu;

/** Whether a line by itself looks like one that a machine wrote. */
export function isMachineLine(line: string): boolean {
  return MARKS.some((mark) => mark.test(line)) || isRowOfNumbers(line);
}

/**
 * Whether a line goes on with the output above it: it is indented or a field, has no word that people talk with, or
 * nobody speaks in it.
 */
export function continuesOutput(line: string): boolean {
  if (/\?\s*$/.test(line) || /^\s*(?:[-*+•–]|\d{1,2}[.)])\s/.test(line)) return false;
  return (
    /^\s{2,}\S/.test(line) ||
    /^\S{1,30}\s?[:=]\s?\S{0,40}\s*$/.test(line) ||
    (line.match(TALK) ?? []).length === 0 ||
    !PERSON.test(line)
  );
}

/** Measured values side by side. */
function isRowOfNumbers(line: string): boolean {
  const tokens = line.split(/[\s,;|]+/).filter((token) => token !== '');
  const numbers = tokens.filter((token) => /^[-+]?\d[\d.]*(?:e[-+]?\d+)?$/i.test(token)).length;
  return numbers >= 3 && numbers >= tokens.length * 0.6;
}
