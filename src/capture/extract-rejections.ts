import { cue } from './cue.ts';
import type { SkipReason } from './turn.ts';

/** Why a statement was not taken. */
export type DropReason =
  | 'question'
  | 'hypothetical'
  | 'uncertain'
  | 'wish'
  | 'sarcasm'
  | 'reported'
  | 'quote'
  | 'code'
  | 'log'
  | 'instruction'
  | 'passing'
  | 'no_rule'
  | 'restatement'
  | 'too_short'
  | 'too_long'
  | 'repeated'
  | 'cap'
  | 'unconfirmed'
  | SkipReason;

interface Rejection {
  reason: DropReason;
  pattern: RegExp;
}

const REPORTERS =
  'they|he|she|someone|somebody|people|(?:the |a |an |their |your |my )?(?:\\w+ )?(?:agent|assistant|bot|note|notes|log|docs?|documentation|manual|wiki|blog|forum|article|page|ticket|readme|vendor page|handbook|plan|summary|manufacturer|vendor|client)|le client|la doc|le manuel|ils|elle|il';

/** In order: the first that fits names the reason. They read a statement in lower case with long quotations blanked. */
export const REJECTIONS: readonly Rejection[] = [
  {
    reason: 'wish',
    pattern: cue(
      "(?:it )?(?:would|'d) be (?:nice|cool|great|good|handy)|if only|i wish|i'd love|would love|some day|one day|j'aimerais bien|si seulement",
    ),
  },
  {
    reason: 'hypothetical',
    pattern: cue(
      "what if|suppos(?:e|ing)|assuming|imagin(?:e|ons)|hypothetically|say we|let's say|were to|if (?:we|i|it|the \\w+|you|one) (?:were|had|moved|used|say|did|could|would)|would (?:be|have|give|need|take|make|help|we)|could (?:perhaps|be|have|help)|(?:we|i|you|one|it|they) (?:could|might|may want)|might (?:be|have|well|as well)|supposons|si (?:on|nous|j'|le|la|les) ?\\w+(?:ait|ions|aient)|on pourrait|(?:ça|cela) (?:serait|pourrait)|serait|faudrait",
    ),
  },
  {
    reason: 'hypothetical',
    pattern:
      /\bto reproduce\b|^(?:for example|for instance|e\.g\.|in (?:the|this) example|to reproduce|steps? \d|par exemple)/,
  },
  { reason: 'hypothetical', pattern: /^(?:and |but |so |et |mais )?(?:if|si) (?!not\b)/ },
  {
    reason: 'uncertain',
    pattern: cue(
      "(?:i|we) (?:think|guess|believe|suppose|assume|wonder|suspect|doubt|am guessing)|i'm (?:guessing|leaning|wondering|tempted)|not (?:yet )?(?:sure|certain|convinced)|unsure|maybe|perhaps|probably|possibly|presumably|dunno|don't know|don't (?:remember|buy)|no idea|my guess|seems?|looks like|sounds like|apparently|likely|let me (?:think|sleep)|leaning towards|nothing is (?:settled|decided)|at some point|who knows|peut-être|je (?:crois|pense|suppose|doute)|il me semble|pas (?:sûre?|certain)|sans doute|probablement|il paraît",
    ),
  },
  {
    reason: 'uncertain',
    pattern:
      /^(?:it|that|this) must (?:be|have been) |, what else|\bmust have (?:been|\w+ed|got|gone)\b|^i (?:always|keep) forget|\bthere (?:must|has to|have to) be\b|^(?:this|it|that) has to be\b|\b(?:answer|reason|cause|problem) (?:must|has to) be\b/,
  },
  {
    reason: 'sarcasm',
    pattern:
      /^(?:(?:oh )?sure,|sure, let|great[,.!]|wow\b|fantastic\b|brilliant[,.!]|yeah,? right|oh great|super,|bravo|génial|of course,? because)|\blol\b|\bhaha|, sure\.?$|what a surprise|as if (?:anyone|anybody)|quel(?:le)? (?:bonheur|surprise|joie)|nonsense, obviously|duct tape|comme par hasard|\bclearly a genius\b|^(?:fantastic|great|brilliant|lovely) (?:plan|machine|idea)/,
  },
  {
    reason: 'reported',
    pattern: cue(
      `(?:${REPORTERS})(?:'s \\w+(?: \\w+)?)? (?:says?|said|claims?|claimed|told|wrote|writes|states?|stated|recommends?|recommended|suggests?|suggested|reads|mentions?|lied|dit|disent|affirme)|(?:says|said|states|claims|reads): ?‹|told (?:me|us)|asked (?:whether|if|me|us)|it (?:says|said)|\\p{L}+ (?:said|says|claims|claimed|thinks|told us) (?:that|we|it|the)|the (?:ticket|issue|error|mockup) (?:says|requires|wants|shows)|i read (?:on|in|that)|as the (?:manual|docs?|wiki|handbook) puts|according to|from the mailing list|quoting|in a blog|selon (?:le|la|les)|d'après`,
    ),
  },
  // What it points at stands in another sentence.
  { reason: 'passing', pattern: /^(?:above|below|after|before|like|because of|apart from) (?:that|this|it)\b/ },
  { reason: 'quote', pattern: /^‹[^›]*›|: ‹›\W*$|^(?:the )?error (?:message|was)/ },
  {
    reason: 'instruction',
    pattern:
      /^(?:please |now |then |next[,:]? |and |also |just |s'il te plaît |stp )*(?:can|could|will|would) you\b|[,;] (?:can|could|would) you\b|, (?:why|rappelle-moi)\.?$|\bil faut que tu\b|(?<!\p{L})(?:il faut|on doit|il faudra) (?:corriger|faire|regarder|vérifier|ajouter|changer|relancer|supprimer|écrire|tester|revoir|refaire|voir)(?!\p{L})|\bwe (?:need|have) (?:to (?:look|check|find|think|talk|discuss|fix|add|make|do|see|wait)\b|an? (?:new|better|way)\b|some\b|more\b)|\b(?:i (?:need|want|would like|'d like) you to)\b|^(?:please (?!remember that|note that)|peux-tu|pourrais-tu|tu peux|pouvez-vous|merci de|let me|let's (?:try|see|have|look|check|use this|keep (?:going|it|in mind|an eye))|try|next:|you decide)/u,
  },
  {
    reason: 'passing',
    pattern: cue(
      "(?:is|are|was|were|'s|'re) (?:failing|broken|stuck|red|slow|hanging|crashing|flaky|flooded|slightly \\w+)(?: again)?|again(?: today)?|thanks?|thank you|good (?:job|work)|nice|ugh|takes forever|really tired|looks good|well done|bien joué|merci|est (?:cassée?|bloquée?|en panne|lente?)|nobody decided|(?:it|everything|all|that|this)(?:'s| is| was| are| were) fine|too (?:slow|long|much|many|big|late|high|low|fast)|still (?:broken|failing|not|doesn't|no luck)|never mind|for now|(?:always|toujours) (?:the same|le même|la même|pas)|one more|hurry|no luck",
    ),
  },
  { reason: 'passing', pattern: /\b(?:is|are|was|were) (?:down|wrong)(?: again)?[.!]?$/ },
];

const COMMANDS =
  "add|adjust|answer|apply|ask|build|bump|calculate|call|change|check|clean|close|commit|compare|compute|configure|convert|copy|correct|create|debug|define|delete|deploy|describe|do|document|don't|do not|download|draft|drop|estimate|explain|export|extract|find|fix|flash|format|generate|give|go|implement|import|improve|increase|inspect|install|investigate|jump|keep|list|load|log|look|make|measure|merge|migrate|move|open|optimi[sz]e|paste|plan|plot|prepare|print|propose|pull|push|put|read|rebase|rebuild|reduce|refactor|refit|release|remove|rename|reply|replace|report|rerun|reset|restart|restore|return|revert|review|rewrite|run|save|scan|search|send|set|show|simplify|simulate|sketch|size|solve|sort|split|start|stop|store|summari[sz]e|switch|tag|take|tell|test|translate|try|tune|turn|undo|update|upgrade|use|validate|verify|wait|wire|write|affiche|ajoute|calcule|change|compare|corrige|crée|décris|donne|écris|enlève|explique|fais|génère|lance|lis|liste|mets|modifie|montre|ne|ouvre|prépare|relance|remplace|renomme|résume|supprime|trace|utilise|vérifie";
const COMMAND = new RegExp(
  `^(?:please |now |then |next |and |also |just |ok |so |go and |puis |maintenant )*(?:${COMMANDS})(?![\\p{L}'’-])(?! (?:is|are|was|times?|est|sont)(?![\\p{L}]))`,
  'iu',
);

/** A one-off command and a rule for every day begin alike; these words make the rule. */
const LASTING = cue(
  'always|never|ever|from now on|every time|any ?more|in (?:the )?future|going forward|house rule|project rule|by default|when(?:ever)? i|each time|unless i|without asking|for \\w+ only|toujours|jamais|désormais|dorénavant|à partir de maintenant|par défaut|à chaque fois|chaque fois que',
);

/** Verbs of how to work; `add a check that x is never above 5` is one act in spite of its `never`. */
const LASTING_START =
  /^(?:please )?(?:don't|do not|use|write|answer|reply|give|keep|call|put|make|ask|stop|store|test|tag|merge|ne|utilise|écris|donne|mets|fais)\b/;

/** Whether a statement asks for one act now; a lasting rule ("never …", "… without asking") is none. */
export function isCommand(statement: string): boolean {
  return COMMAND.test(statement) && !(LASTING.test(statement) && LASTING_START.test(statement));
}

const TRAILING_COMMAND = new RegExp(`[,;] (?:please |just |so |and |then )*(?:${COMMANDS})(?![\\p{L}'’-])`, 'iu');

/** Whether a statement ends in a request ("…, look at the log"): then it mostly tells of something that is passing. */
export function endsInCommand(statement: string): boolean {
  return TRAILING_COMMAND.test(statement);
}
