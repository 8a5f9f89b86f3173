import { cue } from './cue.ts';
import { FAULTS } from './extract-faults.ts';
import type { DropReason } from './extract-rejections.ts';
import { UNIT } from './lexicon.ts';

/**
 * What speaks against a statement that a rule has taken although nothing but its form is telling: it is of the moment, of
 * the task at hand, or of the speaker's mood, and will mean nothing in a month.
 */

/** An objection against what one of these rules took. */
export interface Doubt {
  reason: DropReason;
  /** The rules whose forms such statements have as well; a decision or a standing instruction is none of them. */
  rules: ReadonlySet<string>;
  pattern: RegExp;
  unless?: RegExp;
  /** Only the first clause is read: what comes behind a comma is told beside it. */
  head?: boolean;
}

const rules = (...ids: string[]): ReadonlySet<string> => new Set(ids);
const PLAIN = ['fact', 'state', 'practice', 'finding', 'event', 'correction', 'requirement'];
const OF_VALUES = rules('fact', 'state', 'practice', 'finding', 'requirement', 'correction');
const SOFT = rules(...PLAIN, 'explicit');
const ASKING = rules(...PLAIN, 'preference', 'adaptation', 'explicit');

const NUMBER_WORD =
  '(?:an?|one|two|three|four|five|ten|twenty|a few|half an?|\\d+|une?|deux|trois|dix|eine[rm]?|zwei|drei|zehn|paar)';
const SHORT_SPAN = '(?:sec\\w*|min(?:ute)?[ns]?|hours?|hrs?|h|heures?|secondes?|stunden?|sekunden?)';
const HOUR =
  "(?:\\d{1,2}(?::\\d\\d)?(?: ?[ap]m| ?h| o'clock| uhr)|\\d{1,2}(?=[.,;!]|$)|noon|lunch|midnight|tonight|eod|midi|ce soir|mittag|feierabend|heute abend)";

/** A day or hour that only dates what is stated: "confirmed this morning", "the spec from today". */
const DATED =
  /(?:confirm\p{L}*|measured|tested|timed|benchmarked|gemessen|mesuré|verified|agreed|approved|signed|settled|decided|signed off|validé\p{L}*|décidé\p{L}*|acté|bestätigt|entschieden|beschlossen|from|meeting|call|session|réunion|besprechung|as of|since|dès|ab)(?: \S+){0,4} (?:today|this (?:morning|afternoon)|ce matin|aujourd'hui|heute(?: \p{L}+)?)/u;

const DOUBTS: readonly Doubt[] = [
  ...FAULTS,
  {
    reason: 'passing',
    rules: rules(...PLAIN, 'preference'),
    pattern: cue(
      `(?:since|for the (?:last|past)|depuis|seit) (?:about |around |some |over |more than |environ |etwa |über )?${NUMBER_WORD} ${SHORT_SPAN}(?: now| already| maintenant| jetzt)?(?=[.,;!]|$)|since (?:this (?:morning|afternoon)|(?:noon|midnight|breakfast|lunch)|the (?:bump|update|upgrade|merge|rebase|last (?:commit|deploy|release))|the \\w+ (?:bump|update|upgrade|merge|rebase))|depuis (?:ce matin|cette nuit|tout à l'heure|la mise à jour)|seit (?:heute|gestern abend|dem (?:update|merge))|tonight|this (?:morning|afternoon|evening)|right now|just now|at (?:the|this) (?:moment|minute)|a (?:minute|moment|second|few minutes) ago|this week(?! on)|atm|seit \\d{1,2} uhr|depuis \\d{1,2} ?h|immer noch|ce (?:soir|matin)|cette (?:nuit|après-midi)|cette semaine|diese woche|cet après-midi|en ce moment|à l'instant|tout à l'heure|pour l'instant|heute (?:abend|morgen|nacht|früh|mittag|nachmittag)|gerade eben|im moment|momentan|zur ?zeit|soeben|just (?:for )?today|only (?:for )?today|for (?:today|tonight|this once|the demo)|this once|pour (?:ce soir|aujourd'hui|cette fois)|(?:nur|für) heute`,
    ),
    unless: DATED,
  },
  {
    reason: 'passing',
    rules: rules('fact', 'state', 'practice', 'finding', 'requirement', 'correction', 'preference'),
    pattern: cue(
      "today|aujourd'hui|heute|currently|so far(?!:)|as we speak|meanwhile|already|déjà|schon|pending|in progress|en cours",
    ),
    unless: new RegExp(
      `${DATED.source}|\\balready (?:agreed|decided|contains?|includes?|has|have|supports?|uses?)\\b`,
      'u',
    ),
  },
  {
    reason: 'instruction',
    rules: rules('requirement', 'fact', 'state', 'event', 'practice'),
    pattern: new RegExp(
      `(?<![\\p{L}\\p{N}])(?:by|before|until|till|avant|d'ici|bis|vor) ${HOUR}(?![\\p{L}\\p{N}:])|\\b(?:asap|right away|immediately please|in (?:half )?an? (?:minute|hour|sec)|in (?:5|10|15|20|30) (?:min\\w*)|boss meeting)\\b`,
      'u',
    ),
    unless: /\b(?:every|each|daily|nightly|always|berlin|utc|cet|local|jeden|täglich|chaque|tous les)\b|\d:\d\d/,
  },
  {
    reason: 'instruction',
    rules: ASKING,
    pattern: cue(
      '(?:in|for|with|on) this (?:one|case|file|script|snippet|answer|reply|plot|figure|test|pr|branch|commit|ticket|run|round|draft|task|exercise)|this time|just this|only this|(?:just|only) (?:once|here)|throw-?away (?:script|code|test|thing)|one-?off|pour cette fois|cette fois(?:-ci)?|pour celui-ci|dans celui-ci|hier (?:nur|bitte)|diesmal|dieses mal|nur hier',
    ),
    unless: /\b(?:in this (?:repo|project)|not (?:just|only))\b/,
  },
  {
    // What is to be handed over now: "the plot must fit on one slide".
    reason: 'instruction',
    rules: rules('requirement'),
    pattern:
      /^(?:and |but |so |then )?(?:the|this|that|your|its|le|la|l'|ce|cette|der|die|das|dein\p{L}*) ?(?:\p{L}+ )?(?:plot|figure|diagram|chart|graph|slides?|example|demo|exemple|beispiel|summary|answer|reply|e-?mail|letter|draft|outline|sketch|snippet|poster|abstract|caption|essay|explanation|paragraph|résumé|diapo|courbe|graphique|réponse|folie|grafik|antwort|zusammenfassung) (?:must|has to|have to|needs? to|should|shall|can't|cannot|may|doit|devra|ne doit|muss|soll|darf|sollte)(?![\p{L}\p{N}])/u,
    unless: /\b(?:always|never|toujours|jamais|immer|nie)\b/,
  },
  {
    reason: 'passing',
    rules: SOFT,
    pattern: cue(
      '(?:ci|hil|build|pipeline|tests?|nightly|job|cluster|queue|runner)s? (?:(?:is|are|was|were|went|goes|turned|still|all) )*(?:red|green|broken|down|failing|stuck|pending|queued|hanging|rouges?|rot|kaputt)|(?:is|are) (?:down|offline|unreachable|on hold|out of (?:paper|filament|ink|toner|stock|battery|disk|memory|space))|(?:is|are|has|have) (?:\\S+ ){0,4}again|(?:is|are) at (?:epoch|step|iteration|\\d+ ?%)|ruined|(?:errors?|faults?|noise|bugs?|glitch(?:es)?|problems?|issues?|crash(?:es)?|warnings?|leaks?|spikes?|alarms?) (?:only |always |never |also )*(?:occurs?|happens?|appears?|shows?|comes?|starts?|goes|disappears?)|(?:lost|wasted|perdu|verloren) (?:\\S+ ){1,3}(?:days?|hours?|jours?|heures?|tage?|stunden?)|(?:always|never) (?:down|up|on|off|red|late|wrong|broken|empty|full|zero|the same)(?=[.,;!]|$)|(?:renvoie|retourne|affiche|liefert|zeigt) (?:toujours|immer)|is (?:acting up|out of order|on fire|on strike|driving me|killing me)|(?:minutes|hours|days) late|delayed|de retard|verspätung|(?:died|crashed|froze|hung|exploded|blew up|gave up|went (?:down|dark|nuts|crazy|wild))|swapped (?:two|three|\\d) \\w+ already|a planté|est (?:tombée?|planté|mort)|abgestürzt|abgeraucht|hängt|spinnt|ça souffle|(?:sounds|looks|feels|smells|tastes) (?:rough|odd|weird|strange|bad|off|wrong|funny|fishy|burnt)',
    ),
    unless:
      /\b(?:on|since|from|until|as of) (?:the )?(?:\d{1,2}(?:st|nd|rd|th|\.)? (?:of )?)?(?:january|february|march|april|may|june|july|august|september|october|november|december|\d{4}-\d\d)\b/,
  },
  {
    reason: 'passing',
    rules: SOFT,
    pattern: cue(
      "(?:a|such a|total|complete|real) (?:mess|nightmare|pain|disaster|shame|pity|joke|drag|circus|zoo|mystery|riddle|miracle|relief)|don't ask|sick of|fed up|tired|hungry|exhausted|hangover|the weather|rain(?:s|ing)|snow(?:s|ing)|coffee|beer|lunch|pizza|cake|cookies?|banana|café|bière|kaffee|bier|kuchen|mittagessen|birthday|holiday mood|my (?:kid|kids|wife|husband|cat|dog|back|head|eyes?|brain)|was (?:surprised|shocked|bored|happy|lucky)|(?:was|were|is|are) (?:\\w+ )?(?:endless|boring|fun|hard to \\w+|easy to \\w+|lovely|great|awful|terrible|painful|annoying|exhausting|long enough|hilarious)|annoying|irritating|frustrating|hilarious|was hell|quel(?:le)? (?:journée|galère|bazar|horreur)|c'est (?:le bazar|la galère|l'horreur)|was für ein",
    ),
  },
  {
    reason: 'passing',
    rules: SOFT,
    pattern:
      /^(?:ugh|omg|argh+|aargh|pff+|grr+|meh|sigh|wtf|haha|ouch|yikes|gosh|jeez|damn|puh|uff|boah|oh (?:no|man|dear|god|boy|là là)|zut|mince|punaise|purée|mist)(?![\p{L}\p{N}])/u,
  },
  {
    reason: 'uncertain',
    rules: SOFT,
    pattern: /^(?:h+m+|mh+m?|euh+|äh+m?|tja|erm+)(?![\p{L}\p{N}])/u,
    unless: /^h+m+[,.]? (?:no|ok|right|then)\b/,
  },
  {
    // A diary entry: what the speaker does or did on some day around now.
    reason: 'passing',
    rules: rules('event', 'finding', 'fact'),
    pattern:
      /^(?=.*(?<!\p{L})(?:yesterday|tomorrow|last (?:night|week)|this week|the other day|all (?:day|night|week|morning)|hier|demain|gestern|morgen)(?!\p{L}))(?:.{0,40}[\s,])?(?:i(?:'ll|'ve|'d)? (?!am\b|be\b|will be\b|promised)|je (?!suis|serai|pars)|j'(?:ai|étais|irai)|ich (?!bin)|(?:hab|habe|muss|werd|werde) ich|we (?:had|lost|spent|saw|got) (?:\S+ ){0,2}(?:crash|outage|incident|failure|problem|issue|bug|error)\p{L}*)/u,
  },
  {
    reason: 'passing',
    rules: OF_VALUES,
    pattern:
      /\b(?:that's|thats|that is|which is) why (?:you|i|it|we|they)\b|\bi (?:need|want|require|could use) (?:a|an|some|more|the)\b/,
  },
  {
    // What is wanted now, told without saying of what: "needs to be shorter", "I want it as csv", "two paragraphs".
    reason: 'instruction',
    rules: ASKING,
    pattern:
      /^(?:(?:must|should|shall|needs? to|has to|have to|doit|devrait|il faudrait que ça|muss|soll|sollte)(?! (?:be )?(?:always|never))\s|no need (?:to|for)|pas besoin de|nicht nötig|(?:i|we) (?:want|need|'d like|would like) (?:it|this|that|them)\b|je (?:le|la|les) (?:veux|voudrais)|ich (?:will|möchte|brauche|hätte) (?:es|das|sie)\b|(?:max(?:imum)?\.? |about |only |just |exactly |at most |nur |maximal |juste )?(?:\d+|an?|one|two|three|four|five|six|ten|half an?|a few|deux|trois|cinq|une|zwei|drei|fünf|eine) (?:short |brief |kurze |petites? )?(?:paragraphs?|sentences?|words?|bullets?|bullet points?|pages?|slides?|lines?|rows?|columns?|absätze?|sätze|zeilen?|wörter|seiten?|phrases?|lignes?|mots|paragraphes?)(?! (?:is|are|per|of))(?![\p{L}]))/u,
    unless:
      /\b(?:always|never|every|each|from now on|any ?more|unless i|answers?|replies|reports?|toujours|jamais|immer|nie)\b/,
  },
  {
    // It points at one of several things in sight, or at the latest attempts.
    reason: 'passing',
    rules: SOFT,
    pattern:
      /^(?:the|that|this|these|those) (?:one|ones|other|others|former|latter|rest)\b|^(?:the |these |our |my )?(?:last|past|latest|previous|recent) (?:(?:two|three|four|five|few|\d+) )?(?:runs?|tests?|builds?|attempts?|tries|measurements?|days|nights|weeks|commits?|files?|plots?|results?)\b|^(?:vorher|davor|zuvor|earlier|before that|auparavant)(?!\p{L})/u,
  },
  {
    // Not as it is but as it is to become, and what somebody is at.
    reason: 'instruction',
    rules: SOFT,
    pattern:
      /\b(?:must|has to|have to|needs? to|should) (?:be|look|get) (?:a bit |much |a little )?(?:more \p{L}+|less \p{L}+|(?:short|long|small|bigg|larg|wid|narrow|light|dark|fast|slow|high|low|clos|thick|thin|clean|simpl|bold)e?r)\b(?! than)|[,;] (?:but )?should (?:be|read|say|have been) |\bi(?:'m| am) (?:just |currently |still )?(?!responsible)\p{L}{3,}ing (?!the \p{L}+ (?:team|lab|group))|^(?:the )?(?:first|second|third|last|other|upper|lower|left|right) (?:half|part|column|row|line|block|section|page|plot|curve|peak)\b/u,
  },
  {
    reason: 'passing',
    rules: rules('practice', 'event', 'state'),
    pattern:
      /\b(?:is|are) (?:all )?(?:garbage|rubbish|nonsense|junk|trash|messed up|unreadable)\b|(?<!\p{L})(?:was|were|war|waren|était|étaient) (?:\S+ ){0,5}?(?:down|off|offline|gone|out|weg|aus|ausgefallen|hors ligne|en panne|tombée?s?)(?!\p{L})/u,
  },
  {
    // What the code at hand does wrong.
    reason: 'passing',
    rules: SOFT,
    pattern:
      /^(?:my|your) (?:own |new |last |first )?(?:test|tests|script|code|build|branch|plot|query|function|loop|fit|change|patch|answer|reply|result|version|diff|regex|parser|model)s?\b|\bbut (?:it )?(?:gets?|got|returns?|returned|shows?|prints?|gives?)\b|\bmakes? it (?:work|worse|better|go|disappear|crash|fail|pass)\b|\b(?:shows?|returns?|gives?|prints?|throws?|gets?) (?:an? |me )?(?:[45]\d\d|null|nan|nothing|garbage|errors?|the wrong|twice)\b|^(?:adding|removing|setting|changing|commenting|turning|disabling|enabling|using) .{3,60} (?:makes?|helps?|fixes|solves|breaks|does)\b/u,
  },
  {
    // A habit of other times or places.
    reason: 'past',
    rules: SOFT,
    pattern:
      /\b(?:always|never|only|usually) (?:used|had|went|did|took|made|wrote|ran|kept|said|got|\p{L}{3,}ed) (?!in\b|by\b|with\b|from\b|on\b|at\b|as\b|to\b|for\b|after\b|when\b)|^(?:at|in|back at|during) (?:uni|university|school|college|my (?:last|old|former|previous|phd)|the old)\b/u,
    unless: /\b(?:is|are|be|been|being|gets?|get) (?:always|never|only|usually) /,
  },
  {
    // A polite word makes a piece without a rule in it a request.
    reason: 'instruction',
    rules: rules('fact', 'event', 'state', 'practice', 'finding', 'requirement'),
    pattern: cue("please|pls|plz|stp|svp|s'il (?:te|vous) plaît|bitte|merci"),
    unless:
      /\b(?:always|never|every|each|note that|note:|remember|keep in mind|any ?more|from now on|toujours|jamais|immer|nie|kein\p{L}*)\b/u,
  },
  {
    reason: 'instruction',
    rules: rules('preference', 'requirement', 'adaptation'),
    pattern: /^(?:with|without|avec|sans|mit|ohne) .*\b(?:please|pls|stp|bitte)\b/u,
  },
  {
    // What documents of others hold, and what is slower or better than before.
    reason: 'reported',
    rules: SOFT,
    pattern:
      /^in (?:the|that|this|his|her|their|a) (?:\p{L}+ )?(?:video|talk|article|course|tutorial|book|film|podcast|lecture|thread|post)(?!\p{L})|^(?:the|this|that|their|his|her|le|la|der|die|das|im|dans le|dans la) ?(?:\p{L}+ )?(?:sample (?:code|project)|example (?:code|project)|demo (?:code|app)|tutorial|article|paper|blog|data ?sheet|brochure|leaflet|catalog(?:ue)?|flyer|manual|wiki|docs?|documentation|forum|handbook|video|course|legend|story goes|rumou?r|myth|reviewer|referee|tutoriel|notice|forum|handbuch|datenblatt|anleitung|kurs)(?!\p{L})(?! (?:must|has to|shall|lives?|is (?:stored|kept|in|on|at|written)|are (?:stored|kept|in|on)|needs|muss|darf|dürfen|soll|liegt|doit))/u,
  },
  {
    reason: 'passing',
    rules: rules('fact', 'state', 'finding', 'practice'),
    pattern:
      /\b(?:is|are|runs?|got|gets) (?:\S+ ){0,2}(?:slower|faster|worse|better|bigger|smaller|growing|shrinking|getting \w+)\b(?! than)/u,
  },
  {
    reason: 'explanation',
    rules: OF_VALUES,
    pattern: /^(?:which means|meaning)(?!\p{L})/u,
  },
  {
    reason: 'explanation',
    rules: OF_VALUES,
    pattern: /^(?:hence|thus|therefore|d'où|folglich|somit)(?!\p{L})/u,
    unless: /\b(?:must|never|always|doit|muss)\b/,
  },
  {
    // A fault that is told together with the wish to have it mended: "it prints 12 instead of 21, please fix".
    reason: 'passing',
    rules: rules('fact', 'state', 'practice', 'event'),
    pattern: new RegExp(
      `^(?:the |your |my )?(?:new |last |latest |current )?(?:\\p{L}+ ){1,4}(?:still|keeps?|suddenly|immer noch|toujours) (?!(?:must|has|have|needs?) )\\p{L}+.*(?:\\d\\s?${UNIT}|$)`,
      'u',
    ),
    unless: /\bstill (?:on|under|in use|valid|applies|holds|supported)\b/,
  },
];

/** Why a statement that the rule took is not for keeps after all, or undefined. */
export function doubtAbout(text: string, rule: string): DropReason | undefined {
  const first = text.split(/[,;]\s/, 1)[0]!;
  return DOUBTS.find(
    ({ rules: open, pattern, unless, head }) =>
      open.has(rule) && pattern.test(head === true ? first : text) && unless?.test(text) !== true,
  )?.reason;
}

/** What was cut off behind a statement tells that it is a fault: ", please fix", ", any idea why?". */
const FAULT_BEHIND =
  /(?:why|any ideas?|what(?:'s| is) (?:wrong|up|going on)|fix|repair|pourquoi|une idée|corrige|répare|d'où ça vient|warum|wieso|woran|reparier|behebe?|coincidence|is (?:it|that|this) (?:the|a|my|normal|ok|okay|expected|due|because|related)|could it be|liegt (?:das|es)|c'est (?:normal|dû))(?![\p{L}])[^.]{0,60}[.!]*$/u;

/** Whether the request or question behind a statement makes what it tells a fault. */
export function isFaultBefore(tail: string, rule: string): boolean {
  return SOFT.has(rule) && tail.length < 120 && FAULT_BEHIND.test(tail);
}
