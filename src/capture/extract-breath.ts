import { isCommand } from './extract-commands.ts';
import { isTelling } from './extract-evidence.ts';
import type { Verdict } from './extract-judge.ts';
import type { DropReason } from './extract-rejections.ts';
import { plain } from './plain.ts';
import type { Sentence } from './sentence.ts';
import { dropLeadIn } from './sentence.ts';
import { correctsLast, withdrawalOf } from './withdrawal.ts';

/**
 * What the sentences around a statement say about it. A line of a message is one breath: what is asked, imagined, concluded
 * or taken back in it concerns all of it.
 */

/** A sentence of the turn, the part of it that counts, and what the rules make of it alone. */
export interface Uttered {
  sentence: Sentence;
  clause: Sentence;
  verdict: Verdict;
}

/** Sets a scene that the sentences after it play in. */
const SCENE =
  /(?<![\p{L}\p{N}])(?:pretend|role-?play|imagine|picture (?:this|a)|as an exercise|thought experiment|for the sake of (?:the )?argument|devil's advocate|(?:act|answer|speak|behave|talk) (?:as|like) (?:if|an?|the|my|our|your)|play (?:the |a )?(?:role|part|customer|devil)|you(?:'re| are) (?:now |a |an )(?!.*\b(?:right|great|bit)\b)\p{L}+|(?:this|the following) scenario|scene \d|chapter \d|my character|made-?up|let's play|kata|interview question|quiz|homework|toy (?:example|problem)|exam question|coding challenge|fictional|fictitious|dummy (?:data|text|turn)|lorem ipsum|suppose|let's say|what if|hypothetical\p{L}*|fais comme si|imagin(?:e|ons|ez)|mettons que|supposons|jeu de rôle|exercice|fictif|devinette|tu es (?:un|une)|joue le|stell dir vor|tu so als|angenommen|rollenspiel|gedankenspiel|(?:eine |zur |als )übung|übungsaufgabe|rätsel|du bist (?:jetzt |ein|eine)|spiel (?:den|die|mal))(?![\p{L}\p{N}])/u;

/** The same at the beginning of the statement itself: "as a kata: …". */
const OPENS_SCENE =
  /^(?:\S+ ){0,4}?(?:pretend|role-?play|imagine|exercise|kata|interview question|quiz|homework|exam question|scenario|play|puzzle|riddle|thought experiment|toy example|novel|short story|screenplay|fairy tale|campaign|board game|fais comme si|imagine|exercice|devinette|jeu|übung|rätsel|aufgabe|rollenspiel)(?![\p{L}\p{N}])[^:,]{0,30}\s?[:,]/u;

/** Begins with a conclusion from what was said before. */
const CONCLUDES =
  /^(?:and |but |et |und )?(?:so|thus|hence|therefore|consequently|accordingly|that's why|thats why|that is why|which is why|which means|meaning|this means|that means|in other words|i\.e\.|as a (?:result|consequence)|for (?:which|this|that) reason|because of (?:that|this)|otherwise|du coup|donc|c'est pourquoi|par conséquent|ainsi|autrement dit|d'où|sinon|deshalb|daher|darum|also|folglich|somit|deswegen|das heißt|d\.h\.|sonst|nämlich)(?![\p{L}\p{N}])|^(?:\S+ ){1,2}(?:therefore|thus|hence|donc|daher|deshalb|folglich|somit)(?![\p{L}\p{N}])/u;
/** Rules whose statements are told for their own sake, even when they follow from others. */
const OWN_SAKE: ReadonlySet<string> = new Set([
  'adaptation',
  'preference',
  'identity',
  'definition',
  'explicit',
  'record',
]);
const RESOLVES =
  /\b(?:we|i|the team|everyone) (?:\S+ ){0,3}?(?:decided|agreed|chose|settled|go|use|keep|drop|stay|switch|take|move|will|'ll)\b|\b(?:we'll|from now on|must|nous|on (?:a|garde|prend|part|passe)|wir (?:nehmen|bleiben|haben))\b/;
/** Speaks of the things of the sentence before. */
const ANAPHORA =
  /^(?:all|each|both|none|some|most|any|every \p{L}+) (?:of (?:them|these|those)|one)\b|^(?:they|them|those|these|he|she|ils|elles|sie)\b|\b(?:do|make|take|get|handle|use|need|have|see|explain|want) (?:them|it|that|those|these)\b|^(?:all|both|same|ditto|each|idem|les deux|beide)(?: \p{L}+)?(?: \d+)?(?: \p{L}+)?[.!]?$/u;

/** Asks what is wrong with, or for the repair of, what was just stated. */
const FAULT_FOLLOWS =
  /^(?:(?:so|and|but|please|pls|hmm+)[, ]+)*(?:why|how come|any (?:ideas?|clue|hints?|explanation)|ideas|thoughts|what(?:'s| is) (?:wrong|going on|up|that)|normal|coincidence|strange|suspicious|odd|weird|bizarre|komisch|seltsam|bug|help|what now|(?:please )?fix(?: (?:it|this|that))?|(?:can|could) you (?:fix|check|look|see)(?: (?:it|this|that|into (?:it|this|that)))?|warum|wieso|woran liegt das|was ist da los|ist das normal|pourquoi|une idée|c'est normal|d'où ça vient|regarde|schau (?:mal|nach))(?: please| pls|,? bitte|,? stp)?\W*$|^(?:so |and |but )?(?:why (?:is|does|do|are|did|would) (?:it|that|this|they)|(?:(?:now |then |and )?(?:please )?)(?:find out|figure out|investigate|look (?:at|into)|check (?:why|what|where|if)|dig into|track (?:it |this |that )?down|bisect|see (?:why|what|where)|finde? heraus|schau|regarde|cherche pourquoi|trouve pourquoi)(?![\p{L}\p{N}])|is (?:that|this|it) (?:normal|ok|okay|expected|a bug)|(?:can|could) you (?:see|check|find out|tell me) why|fix whatever)(?![\p{L}\p{N}])/u;

/** A caption under which things to be delivered stand: "need an outline from you:". */
const REQUEST_CAPTION =
  /^(?:(?:please|pls|now|then|next|also|ok|and)[, ]+)*(?:i |we )?(?:need|want|would like|could you|can you|would you|will you|kindly|il me faut|j'ai besoin|ich brauche|bräuchte)(?! to (?:meet|satisfy))(?!.*\b(?:rules|requirements|constraints)\b)|\bfrom you\b|\b(?:please|pls|stp|bitte)\s?:$/u;

/** A finite verb, roughly; a piece without one ("half a page, headings only") belongs to what it stands beside. */
const FINITE =
  /(?<![\p{L}\p{N}])(?:i|you|je|ich|is|are|was|has|have|must|may|can|cannot|can't|shall|will|gets?|goes?|stays?|needs?|runs?|does|do|don't|doesn't|we|counts?|wins?|est|sont|a|ont|doit|doivent|peut|passe|reste|ist|sind|hat|haben|muss|müssen|darf|dürfen|wird|werden|bleibt)(?![\p{L}\p{N}])|(?:^|[,;:] )on |(?:\p{L}{3,}s) (?:the|a|an|to|in|on|at|by|with|from|for|\d)/u;

const ASKS =
  /(?<![\p{L}\p{N}])(?:(?:can|could|would|will) (?:you|u)|i(?:'d| would)? (?:need|like|want)|need (?:a|an|the|some)|give me|please|pls|stp|bitte|peux-tu|tu peux|pourrais-tu|il me faut|kannst du|könntest du|ich brauche)(?![\p{L}\p{N}])/u;

/** What speaks against the statement at a place of a turn by what stands around it. */
export function objectionAround(all: readonly Uttered[], at: number): DropReason | undefined {
  const { sentence, clause, verdict } = all[at]!;
  if ('reason' in verdict) return undefined;
  const { id, firm } = verdict.rule;
  const text = plain(clause.text);
  const before = all
    .slice(Math.max(0, at - BREATH_SENTENCES_MAX), at)
    .filter((one) => one.sentence.line === sentence.line);
  if (OPENS_SCENE.test(plain(sentence.text)) || before.some((one) => SCENE.test(readOnce(one.sentence))))
    return 'hypothetical';
  if (sentence.isItem && REQUEST_CAPTION.test(sentence.heading) && !OWN_SAKE.has(id)) return 'instruction';
  if (!OWN_SAKE.has(id) && lineAround(all, at).some(asksForFiction)) return 'hypothetical';
  const last = before.at(-1);
  if (last !== undefined && 'rule' in last.verdict && !OWN_SAKE.has(id) && leansOn(text, plain(sentence.text)))
    return 'explanation';
  if (last !== undefined && 'reason' in last.verdict && last.verdict.reason === 'sarcasm' && ASKING.has(id))
    return 'sarcasm';
  if (last !== undefined && 'rule' in last.verdict && last.verdict.rule.id === id && REPEATS_WISH.test(text))
    return 'explanation';
  if (last !== undefined && PARTICULARS.has(id) && createsOne(last) && !OWNED.test(text)) return 'instruction';
  const next = all[at + 1];
  if (
    !firm &&
    next !== undefined &&
    next.sentence.line - sentence.line <= 1 &&
    FAULT_FOLLOWS.test(plain(next.sentence.text))
  )
    return 'passing';
  if (PARTICULARS.has(id) && last !== undefined && asks(last) && !isTelling(clause.text, id, ASKED_EXTRA))
    return 'instruction';
  if (FRAGMENTS.has(id) && !FINITE.test(text) && before.some(asks)) return 'instruction';
  if (last !== undefined && (FORMULA.test(text) || (id === 'preference' && FORM.test(text))) && asks(last))
    return 'instruction';
  return undefined;
}

/** Sentences that a breath reaches back at most; it keeps the work linear. */
const BREATH_SENTENCES_MAX = 12;
/** Rules whose statements may be particulars of the request before them: "make it smaller. The axis must start at zero." */
const PARTICULARS: ReadonlySet<string> = new Set(['requirement', 'fact', 'practice', 'state']);
/** How much more has to speak for those. */
const ASKED_EXTRA = 2;
/** Rules with which one wishes for something; behind sarcasm they are more of it. */
const ASKING: ReadonlySet<string> = new Set(['adaptation', 'preference', 'requirement']);
/** Goes on about the preference before it. */
const REPEATS_WISH =
  /^(?:i(?:'d| would) (?:rather|prefer)|je préfère|je préférerais|lieber|ich hätte lieber)(?!\p{L})/u;
/** Speaks of what the project's people have, or of what outlasts the task. */
const OWNED =
  /(?<!\p{L})(?:we|our|us|customers?|clients?|contract|policy|company|by law|legal|norm|production|always|never|from now on|notre|nos|nous|on|toujours|jamais|unser\p{L}*|wir|kunde|immer|nie)(?!\p{L})/u;
/** Symbols of the task that was just set: "derive it. x = [v, w], z = H·x". */
const FORMULA = /^\S{1,14}\s?=\s?\S/u;
/** How long or in which form the thing is wanted that was just asked for. */
const FORM =
  /(?<!\p{L})(?:bullet points?|bullets|pages?|lines?|paragraphs?|sentences?|slides?|words?|short|brief|concise|long|novel|essay|poem|prose|puces|lignes?|pages?|phrases?|court|stichpunkte|zeilen?|sätze|kurz|lang|roman)(?!\p{L})/u;
/** Rules that take pieces without a verb. */
const FRAGMENTS: ReadonlySet<string> = new Set(['requirement', 'fact', 'event', 'preference', 'practice', 'state']);

/** Kinds of texts that are made up. */
const FICTION =
  /(?<!user )(?<!\p{L})(?:(?:short |bedtime |next |love |ghost )?(?:story|stories|tale|novel|novella|fable|fairy tale|fanfic\p{L}*|screenplay|poem|haiku|limerick|sonnet|ballad|lyrics|song|rap|riddle|crossword|quiz|puzzle|d&d|dnd|dungeon\p{L}*|pen and paper|campaign night|text adventure|game night|next chapter|joke|pub quiz|escape room)|histoire|conte|roman|nouvelle|poème|chanson|devinette|mots croisés|blague|jeu de société|geschichte|märchen|gedicht|lied|rätsel|kreuzworträtsel|witz|kurzgeschichte|drehbuch)(?!\p{L})/u;

function asksForFiction({ sentence, verdict }: Uttered): boolean {
  const text = readOnce(sentence);
  if (!FICTION.test(text)) return false;
  return (
    /^(?:for|pour|für|à propos|story)(?!\p{L})/u.test(text) ||
    ('reason' in verdict && asks({ sentence, clause: sentence, verdict }))
  );
}

const READ = new WeakMap<Sentence, string>();

/** A sentence in the form that rules read; its neighbours ask for it many times. */
function readOnce(sentence: Sentence): string {
  const known = READ.get(sentence);
  if (known !== undefined) return known;
  const text = plain(sentence.text);
  READ.set(sentence, text);
  return text;
}

/** What stands in the same line, before and behind. */
function lineAround(all: readonly Uttered[], at: number): Uttered[] {
  return all
    .slice(Math.max(0, at - BREATH_SENTENCES_MAX), at + BREATH_SENTENCES_MAX)
    .filter((one) => one.sentence.line === all[at]!.sentence.line);
}

function leansOn(text: string, whole: string): boolean {
  if (CONCLUDES.test(whole)) return !RESOLVES.test(text);
  if (GIVES_REASON.test(text)) return !RESOLVES.test(text);
  return ANAPHORA.test(text) && !/\b(?:must|never|always)\b/.test(text);
}
/** Somewhere inside: what would happen else, or what follows for something. */
const GIVES_REASON =
  /(?<![\p{L}\p{N}])(?:otherwise|therefore|as a result|that way|this way|or else|sinon|autrement|de ce fait|sonst|andernfalls|dadurch|deshalb|daher)(?![\p{L}\p{N}])/u;

/** Asks for a new thing: what follows are its properties. */
function createsOne({ sentence, verdict }: Uttered): boolean {
  const text = plain(dropLeadIn(sentence.text));
  return (
    'reason' in verdict &&
    CREATES.test(text) &&
    (isCommand(text) || ASKS.test(text) || /^i (?:want|need) an? /.test(text))
  );
}
const CREATES =
  /(?<!\p{L})(?:write|make|give|show|add|create|build|draw|design|generate|code|draft|sketch|mock|produce|prepare|set up|need|want|schreib\p{L}*|bau|mach|erstell\p{L}*|zeichne?|brauche|écris|fais|crée|dessine|génère|prépare|faut)(?:-moi|-nous)? (?:(?:me|us|up|in|mir|uns|nous|bitte|please|mal) )*(?:an?|one|another|some|un|une|ein|eine|einen|dummy|fake)(?!\p{L})|^(?:please |pls |can you |could you )?(?:draw|sketch|simulate|plot|render|mock|fake|visuali[sz]e|zeichne?|simuliere?|dessine|simule)(?!\p{L})/u;

function asks({ sentence, verdict }: Uttered): boolean {
  const text = plain(dropLeadIn(sentence.text));
  return 'reason' in verdict && (isCommand(text) || ASKS.test(text));
}

/** Takes back what withdrawals reach: the statement before them in the breath, past remarks that gave nothing. */
export function withdrawn(all: readonly (Uttered | Sentence)[]): Set<number> {
  const gone = new Set<number>();
  for (const [at, one] of all.entries()) {
    const text = plain('verdict' in one ? one.sentence.text : one.text);
    const reach = 'verdict' in one ? (correctsLast(text) ? 'last' : undefined) : withdrawalOf(text);
    if (reach === undefined) continue;
    if (reach === 'all') for (let back = 0; back < at; back += 1) gone.add(back);
    else for (const back of reachOf(all, at)) gone.add(back);
  }
  return gone;
}

function* reachOf(all: readonly (Uttered | Sentence)[], at: number): Generator<number> {
  const lineOf = (one: Uttered | Sentence): number => ('verdict' in one ? one.sentence.line : one.line);
  const from = Math.max(0, at - BREATH_SENTENCES_MAX);
  for (let back = at - 1; back >= from; back -= 1) {
    const one = all[back]!;
    if (!('verdict' in one)) continue;
    yield back;
    const isRemark =
      'reason' in one.verdict && ['no_rule', 'too_short', 'passing', 'uncertain'].includes(one.verdict.reason);
    if (!isRemark || lineOf(one) !== lineOf(all[at]!)) return;
  }
}

/** Goes on with a thing that was just named: "a customer, who always pays late". */
const RELATIVE = /^(?:which|who|whose|whom|that|where|qui|que|dont|où|der|die|das|den|dem|deren|dessen|wo)(?!\p{L})/u;

/** Whether what stands behind a command is more than its particulars: "set the feed to 60 %, material is brass". */
export function isOwnStatement(written: string, rule: string): boolean {
  const text = plain(written);
  return (
    rule !== 'fact' &&
    FINITE.test(text) &&
    !CONCLUDES.test(text) &&
    !RELATIVE.test(text) &&
    isTelling(written, rule, ASKED_EXTRA)
  );
}
