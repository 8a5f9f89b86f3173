import type { MemoryType } from '../memory/memory.ts';
import { cue } from './cue.ts';

/** A form in which people state something worth keeping. The first rule that fits a statement names its type. */
export interface ExtractRule {
  id: string;
  type: MemoryType;
  /** Any of these makes the rule fit; they read the statement in lower case. */
  any: readonly RegExp[];
  /** None of these may fit. */
  none?: readonly RegExp[];
}

const WE = "(?:we|the team|our (?:team|group)|everyone|everybody)(?:'ve|'re| have| are| all| both| now| just)*";
const ON = "(?:on|nous)(?:\\s(?:a|ont|avons|est|s'est|n'a|ne))?";
/** Verbs that tell what is done as a rule when "we" stands before them. */
const HABIT =
  'use|keep|run|support|follow|tag|store|measure|deploy|fit|pin|ship|host|log|sync|read|test|quarantine|never|always|only|standardi[sz]e|require|write|close|open|do|make|treat|call|build|release|archive|poll|record|send|track|publish|retain|review|manage|operate|work with|rely on';
const HABITUDE =
  'utilise|utilisons|garde|gardons|polit|mesure|mesurons|stocke|sauvegarde|déploie|livre|teste|écrit|travaille avec|ne fait jamais|suit';
const UNIT =
  '(?:[nµumck]?m|km|mm|nm|µm|microns?|nanometres?|inch|ft|[nµum]?s|ms|sec(?:onds?)?|min(?:utes?)?|hours?|h|days?|weeks?|months?|years?|nights?|k?hz|mhz|ghz|rpm|[mk]?w|k?v|[mµ]?a|m?bar|pa|kg|g|t|°\\s?c|°|degrees?|deg|arcsec|arcmin|arcseconds?|%|percent|k?b(?:it|yte)?s?|kb|mb|gb|tb|mbit|bits?|baud|dbm?|counts?|cores?|frames?|rows?|blocks?|points?|terms?|replicas?|tables?|machines?|servers?|euros?|k€|€|\\$|kva|pixels?|jours?|semaines?|mois|ans|heures?|secondes?|degrés?|pieds|étages?|passes?|euros)';
const QUANTITY = `(?:f\\/\\d[\\d.,]*|\\d[\\d.,]*(?:\\s?[x×]\\s?\\d[\\d.,]*)?(?:e-?\\d+)?\\s?${UNIT}|\\d{1,2}:\\d{2}|0x[0-9a-f]+|ip\\d{2}|\\d[\\d.]*e-?\\d+|(?!(?:line|step|page|test|tests|issue|ticket|section|case|row|figure|table|number|version|option|attempt|than|only|about|with|the|and|at|by|in|of|on|to)\\s)\\p{L}{3,}\\s\\d+(?:\\.\\d+)*|\\d+[- ]port|(?:two|three|four|five|six|eight|ten|twelve|deux|trois|quatre|cinq|dix)\\s\\p{L}{4,}|\\d+ by \\d+)`;
const NOUN_START =
  "(?:the|our|this|these|each|every|all|both|le|la|les|l'|nos|notre|chaque|ce|cette|mon|ma|mes|my|no|one|two)";
const PERSON_START = /^(?:i|i'm|i've|i'd|my|you|your|je|j'|tu|mon|ma|mes)\b/;

export const RULES: readonly ExtractRule[] = [
  {
    id: 'correction',
    type: 'project',
    any: [
      /^(?:no|nope|wrong|correction|not quite|non|faux|erreur)\s?[,:.;]?\s.*\b(?:is|are|was|has|uses?|c'est|est|fait)\b/,
      /\b(?:is|are|was|c'est|est|font|fait|de)\s[^,;]{2,60},?\s(?:not|et pas|pas|and not|et non)\s(?:the\s|a\s)?[\p{L}\p{N}.,]+\s?[.!]?$/u,
      cue(
        '(?:i )?need to correct myself|correction to what i said|i stand corrected|je me corrige|je me suis trompée?',
      ),
      /^in fact\b|^en fait\b/,
    ],
    none: [
      /\b(?:still|broken|fine|that's|what i meant)\b/,
      /^(?:no|nope|non)[,.]? (?:it's|that's|that is) (?:fine|ok|not)/,
      /^no(?: way|t)\b/,
    ],
  },
  {
    id: 'identity',
    type: 'identity',
    any: [
      /(?:^|[,:;] |\b(?:and|that|as|but) )i(?:'m| am) (?:not )?(?:an?|the|one of|responsible|in charge|based|part of|working (?:as|at|from))\b/,
      /(?:^|[,:;] |\b(?:and|that|as|but) )i (?:always |usually |mostly |only )*(?:work (?:in|at|on|as|for|from)|manage|maintain|look after|own|run (?!the (?!(?:\w+ )?(?:lab|group|team|shop|site|workshop|department)\b)|it\b|this\b|that\b|into\b|out\b)|lead|take care of|live in)\b/,
      /\bmy (?:background|role|job|title|team|field|time ?zone|responsibility)\b.{0,30}\b(?:is|are|in|covers?)\b/,
      /\bwe(?:'re| are) a (?:team|group|crew|lab) of\b/,
      /\bje (?:suis (?:responsable|chargée?|ingénieure?|le |la |un |une |dans )|m'occupe|travaille|gère)\b/,
      /\b(?:on est|nous sommes) une (?:équipe|groupe) de\b/,
      /\bje m'occupe\b/,
    ],
    none: [/\bi(?:'m| am) (?:a bit|a little|an idiot|a fan)\b|\bnull\b|\bi run (?:it|this|that)\b/],
  },
  {
    id: 'adaptation',
    type: 'adaptation',
    any: [
      /^(?:from now on|désormais|dorénavant|going forward|in future|à partir de maintenant)\b/,
      /^(?:when(?:ever)?|if) i (?:ask|say|paste|write|send)\b.{0,60}\b(?:i mean|i want|answer|reply|give|do not|don't|use)\b/,
      /^(?:please )?(?:prefer|favou?r) .{3,80} (?:over|to|instead of) /,
      /^(?:please )?(?:stop|avoid) \w+ing\b/,
      /^(?:please )?(?:never|always|toujours|ne .{1,40} jamais)\b/,
      /^(?:don't|do not|ne)\b.*(?:\bever\b|\bwithout asking\b|\bwhen i\b|\bunless\b|\bany ?more\b|\bjamais\b|\bfor \w+ only\b)/,
      /\bça m'agace\b|\b(?:it|that) (?:annoys|confuses) me\b/,
    ],
    none: [/^never (?:mind|again|seen|had)\b/, /\bplease stop (?:the|this|that) \w+(?:ing)?\.?$/],
  },
  {
    id: 'preference',
    type: 'preference',
    any: [
      /\bi (?:strongly |much |really |usually |always )?(?:prefer|favou?r)\b|\bi(?:'d| would) (?:rather|prefer)\b/,
      /\bi (?:really )?(?:hate|dislike|can't stand|don't like)\b/,
      /^i like (?!you\b|how\b|what\b|that\b|it\b|this\b|the\b)/,
      /^i want (?:(?:all|every|each|no|only|short|long|plain)\b|(?:my |the )?\w+(?: \w+)?s (?:as|in|with)\b)|^preferences?\s?:|^préférences?\s?:/,
      /^i don't want\b|^i(?:'d| would) like (?:every|all|each|the|my|plots?|reports?|short|long)\b/,
      /^i (?:always|never|usually) (?!forget|get|see|have|thought|think|wonder|say|lose|had|knew|know|fail|end|want)\w+ \w+/,
      /\bhabit of mine\b|^i use (?!it\b|this\b|that\b)|\bi(?:'m| am) allergic to\b|\bmy preference\b/,
      /\bje (?:préfère|n'aime pas|déteste|ne veux pas|ne veux plus|veux)\b|\bj'aime (?:mieux|que|les|bien)\b/,
    ],
    none: [
      /\b(?:now|beer|coffee)\b/,
      /\b(?:first|second|third|last|other|previous|latter|former|this|that|your|new|old) (?:version|one|option|solution|approach|idea|proposal|way)\b|\bfirst\.?$|(?<!\p{L})(?:it|this|that|ça|cela)\.?$|\b(?:veux|want to) (?:voir|savoir|see|know)\b|(?:première|deuxième|dernière|autre) (?:version|option|solution)/u,
      /\b(?:like|dislike|hate) (?:this|that|it)\b/,
    ],
  },
  {
    id: 'definition',
    type: 'knowledge',
    any: [
      /\b(?:when i say|by) .{2,60} (?:i|we) mean\b|\bthe word .{2,40} means\b|\balways means\b|\bin (?:this project|our \w+) .{0,40}\b(?:means|is one|stands for)\b/,
      /^my name for\b|\bwe call (?:it|this|that|them)\b|\brule of thumb\b|\bour convention\b|\bstands for\b|\bon appelle\b|\bveut dire\b/,
    ],
  },
  {
    id: 'decision',
    type: 'project',
    any: [
      new RegExp(
        `\\b${WE} (?:decided|agreed|chosen|chose|settled|picked|opted|resolved|concluded|approved|adopted|dropped|abandoned|rejected|went (?:for|with|back)|gone (?:for|with)|switched|moved (?:to|away)|committed|postponed)\\b`,
      ),
      /\b(?:we|we're|we are|i'm|i am) (?:now )?(?:going (?:with|for)|dropping|moving (?:to|away|off)|switching (?:to|over|from)|keeping|sticking (?:to|with)|standardi[sz]ing|replacing|using|not (?:doing|using|going))\b/,
      /\b(?:we'll|we will|we shall) (?:now |only |all )?(?:use|go with|keep|take|drop|switch|move|stay|stick|have|store|ship|support|run|buy|build|write)\b|\bwe no longer\b|\b(?:it was|it's been|it has been) (?:decided|agreed|settled)\b|(?<!\p{L})il a été (?:décidé|convenu)(?!\p{L})/u,
      /\bwe (?:go|stay|stick|live) (?:with|on|for)\b|\bwe go live\b/,
      /\blet'?s (?:go with|settle|stick (?:to|with)|use|keep|do option|not (?:do|use)|drop|agree)\b|\blet us (?:go|use|keep)\b/,
      /\bwe (?:will not|won't|don't|do not) (?:support|use|do|ship|want|need|maintain|have|offer|plan|allow)\b/,
      /^(?:the )?(?:final |our )?(?:decisions?|décisions?|decided)\b(?: \w+)?\s?[:,]|\bthe decision (?:is|was|on)\b|\b(?:that's|that is|it's|it is) (?:final|decided|settled)\b|\btheir answer is final\b/,
      /\b(?:is|are) (?:out(?: of scope)?|off the table|postponed|frozen|cancelled|scrapped|approved|rejected|not funded)\b/,
      /^no more \w+|\bit is\.$|\bwins\.?$|\bstays?(?: (?:in|on|with|that|the|out|as|where)\b|\.$)/,
      new RegExp(
        `(?<!\\p{L})${ON} (?:choisi|décidé|convenu|retenu|abandonné|opté|adopté|part sur|partons sur|garde|gardons|reste sur|restons sur|laisse tomber|mis d'accord|passe (?:à|sur)|arrête)`,
        'iu',
      ),
    ],
    none: [
      /\bkeeping an eye\b|\bagreed (?:that )?you\b|\b(?:decided|agreed) (?:nothing|not yet)\b|\bin \d+ minutes\b/,
      /\bnobody decided\b/,
      /\bwe(?:'re| are) using too\b/,
    ],
  },
  {
    id: 'requirement',
    type: 'project',
    any: [
      /\b(?:must(?: not)?|has to|have to|shall|needs? to|mustn't)\b/,
      /\b(?:can't|cannot|can not|may not|may never|must not|should never|not allowed to) (?:exceed|be|go|touch|use|do|read|have|change|drop|move)\b/,
      /\b(?:is|are) (?:required|mandatory|forbidden|banned|not (?:allowed|permitted|acceptable|negotiable)|prohibited|not permitted)\b|\bno (?:exceptions?|\w+ allowed)\b/,
      /\b(?:hard |wind |hard requirement|customer )?(?:requirements?|limit|budget|threshold|constraint|deadline|acceptance)\b.{0,40}\b(?:is|are|of|:)\b/,
      /\b(?:never|always|only ever|at all times|at most|no more than|at least|not (?:above|below)|stays? (?:below|above|under)|without exception)\b/,
      /\b(?:requires?|needs?) (?:an? |one |two |the |signed |at least |\d)/,
      /(?<!\p{L})(?:doit|doivent|il faut(?: que)?|faut que|ne doit (?:jamais|pas)|exige|obligatoire|interdit|au (?:plus|moins)|ne (?:supporte|dépasse) pas|pas plus de|jamais|toujours)(?!\p{L})/u,
      /^only .{2,60} (?:may|can|is allowed|are allowed)\b|^(?:nobody|no one) (?:but|except|may|can|is allowed)\b/,
      /\bwe want (?:all|every|each|no|only|our)\b|\b(?:customer|client|contract|site|shop) (?:wants|expects|asks for|insists|demands|requires|veut|demande|exige)\b/,
      /^(?:hard )?(?:requirements?|constraints?|conventions?|rules?|limits?|exigences?|contraintes?|règles?)\s?:/,
      /^no (?!idea|way|thanks|problem|need|worries|matter|more|one|pas)\w+ .{4,}/,
      /\brule (?:is|since)\b|\bthat is our rule\b|\brule is simple\b/,
    ],
    none: [
      /\b(?:first|too)\.?$|\bthe user (?:must|has to|needs)\b|\balways (?:been|the same)\b/,
      /\b(?:i|you|tu|je) (?:must|have to|need to|needs to|should|dois)\b/,
      /\bnever (?:worked|did|had|got|was|were|happened|seen)\b|\balways (?:say|said|do that|forget)\b/,
      /\bi (?:always|never)\b|\bwe need to (?:talk|look|check|find|think|discuss)\b|\bneed(?:s)? (?:a )?(?:look|help|fix)\b/,
      /\b(?:have|has) to (?:do with|wait)\b/,
    ],
  },
  {
    id: 'practice',
    type: 'project',
    any: [
      new RegExp(`\\bwe(?: all| now| only| still| currently| always| never)* (?:${HABIT})\\b`),
      /\b(?:everything|everyone|whatever|anything) (?:that |else |we |which )?.{0,40}\b(?:goes?|is|are|gets?|has|stays?|lives?|runs?)\b/,
      /\b(?:is|are|has|have|est|sont)\b.{2,80}\b(?:everywhere|across the board|in all \w+|partout)\b/,
      /^(?:every|each|all|chaque|tous les|toutes les) .{2,80}\b(?:is|are|gets?|has|have|need|needs|goes|go|carr(?:y|ies)|exige|est|sont|a|ont)\b/,
      new RegExp(`(?<!\\p{L})(?:on|nous) (?:${HABITUDE})(?!\\p{L})`, 'iu'),
      /\b(?:happens?|goes?|go|lives?|runs?) (?:only|every|to the|on|in|from|through)\b/,
    ],
    none: [
      PERSON_START,
      /\b(?:fine|green|ok|okay|good|broken|failing|blank|red|passing|wrong|ready|done|empty|slow|gone|great)\b|^every time i\b/,
      /\bwe do (?:not know|need|that|this)\b|\bdo we\b/,
    ],
  },
  {
    id: 'event',
    type: 'episodic',
    any: [
      cue(
        'yesterday|tomorrow|last (?:night|week|month|monday|tuesday|wednesday|thursday|friday)|next (?:week|month|monday|tuesday|wednesday|thursday|friday)|(?:two|three|four|five|\\d+) (?:days|weeks|months) ago|in (?:two|three|four|\\d+) (?:days|weeks|months)|on (?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)|hier|demain|la semaine (?:prochaine|dernière)|le mois (?:prochain|dernier)|il y a (?:deux|trois|\\d+) (?:jours|semaines|mois)',
      ),
      /\b(?:\d{1,2} )?(?:january|february|march|april|june|july|august|september|october|november|december)(?: \d{4})?\b.*|\bship date\b/,
      /\bwe (?:scrapped|swapped|shipped|released|replaced|installed|broke|received|delivered|upgraded)\b|\bi promised\b|\bi(?:'ll| will) be away\b/,
    ],
    none: [
      /\b(?:build|tests?|deploy|deployment|pipeline|ci|run|job)\b.*\b(?:failed|took|takes|crashed)\b/,
      /\bsince (?:january|february|march|april|may|june|july)/,
      /^(?:i lost|how)\b/,
    ],
  },
  {
    id: 'finding',
    type: 'knowledge',
    any: [
      /\b(?:we|i) (?:found|measured|learned|learnt|discovered|verified|confirmed|noticed|checked) (?:that |out )?.{4,}/,
      /\b(?:known bug|erratum|we tested)\b/,
    ],
    none: [/\bfound (?:it|nothing|no)\b/],
  },
  {
    id: 'explicit',
    type: 'project',
    any: [
      /^(?:please )?(?:for the record|note that|please note|remember that|to be clear|fyi|pour info|pour mémoire|à noter|note que|retiens que)\b/,
    ],
    none: [/^(?:note|remember) (?:that )?(?:you|to)\b/],
  },
  {
    id: 'fact',
    type: 'project',
    any: [
      new RegExp(
        `^(?:${NOUN_START}[\\s'’]?|[\\p{L}\\p{N}][\\p{L}\\p{N} .'-]{1,50}?\\s)[^?]{0,120}?\\s(?:is|are|has|have|gets?|uses?|takes?|takes? up|runs|lives?|sits?|speaks?|comes?|goes?|costs?|weighs?|grows?|accepts?|needs?|drifts?|adds?|holds?|measures?|contains?|will be|is going to be|are going to be|est|sont|a|ont|fait|font|pèse|compte|mesure|sort|coûte|prend|tourne|tournent|partent|part|utilise|contient)\\s[^?]*?${QUANTITY}(?![\\p{L}\\p{N}])`,
        'iu',
      ),
      new RegExp(`^[\\p{L}][\\p{L}\\p{N} -]{2,40}\\s?:\\s.*(?:${QUANTITY}|\\d)`, 'iu'),
      new RegExp(
        `\\b(?:we have|there (?:is|are)|we(?:'re| are) on|nous avons|on a)\\s.*(?:${QUANTITY}|\\d+\\.\\d+)`,
        'iu',
      ),
    ],
    none: [
      PERSON_START,
      /^(?:it|this|that|he|she|they|ce|ça|cela)\b/,
      /\b(?:today|so far|at the moment|has been \w+ing|have been|previous run|the example|right now|failing|error|failed)\b/,
    ],
  },
  {
    id: 'state',
    type: 'project',
    any: [
      /^(?!(?:it|this|that|they|these|he|she|what|i|you|we|there|ce|ça|il|elle)\b)[\p{L}\p{N}][\p{L}\p{N} '/-]{1,70}?\s(?:is|are|will be|gets?|est|sont)\s(?:made of|coated|glued|mounted|sealed|capped|kept|stored|read[- ]only|written|set to|stabilised|stabilized|cooled|controlled|compensated|fixed|done|used|refitted|synced|self[- ]hosted|normally (?:closed|open)|based on|called|signed|engraved|named|painted|connected|wired|driven|powered|published|licensed|gpl|acceptable|posée?s?|refroidie?s?|stabilisée?s?|fabriquée?s?|montée?s?|alimentée?s?|lue?s?|stockée?s?)/u,
      /^(?:the|our)\s.{2,40}\s(?:works? in|lives? (?:in|on)|sits? (?:in|on)|runs? (?:on|in)|speaks?|belongs? to|comes? from|talks? to)\b/,
      /^(?:the|our)\s.{2,50}\s(?:is|are)\s(?:a|an|in|on|from|at)\s.{3,}/,
    ],
    none: [
      /\b(?:again|today|one is|mockup|here|same|first|problem|wrong|bug|reason|question|idea|mess|joke|pain|issue)\b/,
    ],
  },
];

/** A heading under which every plain item counts. */
export const HEADING_CUES = cue(
  'decisions?|constraints?|requirements?|conventions?|rules|ground rules|preferences?|agreed|facts|décisions?|contraintes?|exigences?|règles|préférences?|conventions',
);
