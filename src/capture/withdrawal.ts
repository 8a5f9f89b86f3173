import { behindDenial, deniesAndStates } from './correction.ts';

/** How people take back what they have just said, in whatever words. */

/** What people say while they change their minds. */
const TURN_BACK =
  '(?:(?:no|nope|nah|ach|oh|hm+|uh+m?|ah|a+r+gh|er+m?|eh|ehm|ugh|wait|hold on|hang on|actually|sorry|apologies|pardon(?: me)?|excuse me|my bad|oops|whoops|damn|ok|well|or|but|and|though|please|pls|forgive me|stop|come to think of it|on second thoughts?|non|nan|euh|heu|attends|attendez|désolée?|mince|zut|oups|mais|ou|et|en fait|bon|nein|nee|ne|äh|ähm|moment|quatsch|oder|aber|halt|ups|mist|doch)(?![\\p{L}\\p{N}_])[,.!…:;– -]*)';
const WHAT =
  "(?:that|this|it|them|those|everything(?: (?:above|before|i said))?|all (?:of )?(?:that|this|it|the above)|all|the (?:above|last|previous|first|whole)(?: \\w+)?|my (?:last|previous|first)(?: \\w+)?|what i (?:just )?(?:said|wrote)|ça|cela|tout|tout ça|ce que j'ai (?:dit|écrit)|das|es|alles|den satz|was ich (?:gesagt|geschrieben) habe)";
const TAKE_BACK =
  '(?:scratch|scrap|strike|cancel|disregard|forget|ignore|delete|erase|undo|drop|skip|oublie[zr]?|ignore[zr]?|annule[zr]?|efface[zr]?|laisse[zr]?|vergiss|vergesst|streich(?:e|t)?|ignorier(?:e|t)?|lass)';
/** Words that may stand between: "please forgive me and strike that". */
const BETWEEN = "(?:(?:and|so|just|please|better|you can|let's|lets|et|und|bitte|mal) )*";

const STRONG = `(?:scratch|scrap|strike) (?:that|this|it)(?![\\p{L}\\p{N}_])|${TAKE_BACK} ${WHAT}(?=\\s*(?:$|[,.;:!?…–-]|(?:please|pls|for now|then|again|i|we|not|s'il|stp|bitte|pour|wieder)(?![\\p{L}\\p{N}_])))|(?:never ?mind|nvm|belay that|as you were|disregard|forget it|laisse tomber|oublie|oubliez|vergiss es|lass gut sein|doch nicht|lieber nicht|besser nicht|finalement non|surtout pas finalement|better not|(?:let's|lets) not|(?:don't|do not|dont) (?:save|keep|record|note|store|remember|quote|write) (?:that|this|it)(?: down)?|i take (?:that|it|this|all of it) back|i retract (?:that|this)|je retire(?: ce que j'ai dit)?|au temps pour moi|ich nehme (?:das|es|alles) zurück|(?:not|nope|non pas|nicht) (?:yet|any ?more|encore|schon)$)(?![\\p{L}\\p{N}_])`;

/** The whole statement only takes back or leaves open what was said before it. */
const OPENS_AGAIN =
  "(?:that(?:'s| is| was| were)|this (?:is|was)|it(?:'s| is| was)|c'est|c'était|das (?:ist|war)) (?:(?:just|only|still|all|complete(?:ly)?|total(?:ly)?|bien|encore|nur|noch) )*(?:(?:an? |the |une? |eine? |die |das |der |le |la )?(?:idea|thought|proposal|suggestion|joke|typo|mistake|mix-?up|nonsense|rubbish|wrong|not (?:true|right|correct|it|decided|final|settled|certain|confirmed)|undecided|unconfirmed|open|idée|proposition|blague|erreur|faux|pas (?:vrai|ça|décidé|sûr)|witz|spaß|idee|vorschlag|quatsch|falsch|unsinn|nicht (?:richtig|wahr|sicher|entschieden))(?![\\p{L}\\p{N}_]))|(?:nothing|none of (?:it|this|that)) (?:(?:is|was|has been)(?: yet)? )?(?:yet )?(?:decided|final|settled|fixed|agreed|signed|official)|not (?:yet )?(?:decided|final|settled|agreed|official)|no decision(?: yet| made| so far)?[.!]?$|keine entscheidung|pas de décision|still (?:open|undecided|tbd|in discussion)|(?:i'm )?not (?:\\w+ )?sure(?: (?:though|yet|about (?:that|it)))?|(?:or )?(?:maybe|perhaps) not|or not|(?:je (?:ne )?suis )?pas (?:encore )?(?:décidé|sûre?|certaine?)|rien (?:n'est |de )?(?:encore )?(?:décidé|fait|sûr|arrêté|acté)|ou pas|oder (?:auch|doch|lieber) nicht|noch nicht (?:entschieden|sicher|fix|fest)|(?:noch )?nichts (?:ist )?(?:entschieden|fix|fest)|(?:i'm|i am|i was|i've been|i have been|i must be) (?:confusing|mixing|mistaken|kidding|joking|wrong about (?:that|this))|(?:i )?(?:mixed|mix) (?:that|this|it|them|something|these) up|i (?:confused|misremembered|mis-?spoke)|je (?:confonds|me trompe|mélange|plaisante|rigole|déconne)|ich (?:verwechs\\S+|irre mich|scherze)";
const JOKE =
  "^(?:(?:i wish|if only|one can dream|as if|schön wär's|si seulement|just kidding|kidding|jk|joking|lol|l+m+f*ao|(?:ha)+h?|\\/s|mdr|je (?:rigole|plaisante|déconne)|war nur (?:ein )?(?:spaß|witz)|spaß|quatsch)[\\s,.!]*){1,3}\\W*$";
/** After a "no" or "sorry": what was said belonged to something else. */
const ELSEWHERE =
  "(?:no|sorry|oops|wait|non|pardon|désolée?|oups|nein|moment|ah)\\b.{0,20}?\\b(?:that|it|this|ça|c'|das) ?(?:was|is|'s|était|etait|est|war|ist|belongs|goes) (?:\\S+ ){0,4}?(?:the |my |an? |le |la |l'|un |une |der |die |das |ein |eine )?(?:\\S+ )?(?:old|other|wrong|demo|test|previous|last|different|another|ancien\\w*|autre|mauvais\\w*|vieux|vieille|alte\\w*|andere\\w*|falsche\\w*)\\b(?!.*(?:\\d|\\b(?:now|it's|the (?:right|new|correct)|we|maintenant|jetzt|sondern)\\b))|wrong (?:window|chat|tab|project|rig|channel|machine|thread|repo|terminal)|(?:mauvaise? (?:fenêtre|projet|canal)|falsches? (?:fenster|projekt|chat))";

/** Somebody falters: "hmm nope, checking again", "actually no clue, let me check". */
const FALTERS =
  "(?:checking|let me (?:check|look|think|verify|see)|i(?:'d| would)? (?:have to|need to|must|should|better|gotta) (?:check|look|verify|ask)|i(?:'ll| will) (?:check|look it up|verify|ask)|no (?:clue|idea)|dunno|i don't know|(?:i'm )?not sure|je (?:dois |vais )?(?:vérifier?|revoir|regarder?|voir|sais pas|ne sais pas|demander?)|aucune idée|ich (?:schau|prüf|frag|muss)\\S* (?:nochmal|nach|noch mal|erst)|keine ahnung)";
const WITHDRAWAL = new RegExp(
  `^${TURN_BACK}*${BETWEEN}(?:${STRONG}|${OPENS_AGAIN})|${JOKE}|^${ELSEWHERE}|^${TURN_BACK}+${FALTERS}|^${TURN_BACK}+(?:that's|that is|c'est|das ist) (?:the|my|an?|le|la|l'|un|une|der|die|das|ein|eine)\\b[^\\d:]{2,40}$|^${TURN_BACK}+(?:i was )?(?:confusing|mixing)\\b|\\b(?:forget|disregard|ignore|scrap) (?:what i (?:just )?said|my last (?:message|sentence|remark))\\b`,
  'u',
);
/** The same inside of a sentence: it then takes itself back ("we freeze it today, or no, forget it"). */
const WITHIN = new RegExp(`[,;:.…–—-]\\s+${TURN_BACK}+${BETWEEN}(?:${STRONG})|[,;…–—-]\\s+(?:${JOKE.slice(1)})`, 'u');
const WITHDRAWS_ALL = /\b(?:everything|all (?:of )?(?:that|this|it)|the above|above|none of|tout|alles)\b/;
/** A question behind a statement that doubts it: "or after?", "oder?", "right?". */
const DOUBTING =
  /^(?:or(?: \S+){0,6}|ou(?: \S+){0,6}|oder(?: \S+){0,6}|right|correct|no|is (?:that|it) (?:right|so|true|correct)|isn't it|or is it|non|c'est ça|n'est-ce pas|nicht wahr|stimmt das|stimmt's|richtig)\s?\?+$/;

/** Whether a statement takes back the one before it ("scratch that", "just kidding", "or after?"), or all of them. */
export function withdrawalOf(statement: string): 'last' | 'all' | undefined {
  const bare = statement.replace(/^[\s("'*-]+/, '');
  if (deniesAndStates(bare) && !isWithdrawal(behindDenial(bare))) return undefined;
  if (DOUBTING.test(bare)) return 'last';
  if (!isWithdrawal(bare)) return undefined;
  return WITHDRAWS_ALL.test(statement) ? 'all' : 'last';
}

const isWithdrawal = (bare: string): boolean => WITHDRAWAL.test(bare);

/** Whether a statement takes itself back before it ends. */
export function withdrawsItself(statement: string): boolean {
  return WITHIN.test(statement);
}

/**
 * Whether a statement puts another in the place of the one before it: "oh no, sorry, it's 250", "correction: we didn't".
 * It may say something itself.
 */
export function correctsLast(statement: string): boolean {
  return /^(?:(?:oh|ah|ach|h+m+|uh|er+m?|actually|sorry|wait|oops|no|nope|non|nein|en fait|eigentlich|finalement|moment|pardon|on reflection|thinking about it)(?![\p{L}])[,.!… ]+)(?:(?:no|nope|non|nein|wait|sorry|pardon)(?![\p{L}])[,.!… ]+)+|^(?:correction|korrektur|rectification|erratum)[,:]? (?:we|it|they|that|it's|there|c'est|on|das|wir|es)(?![\p{L}])/u.test(
    statement,
  );
}
