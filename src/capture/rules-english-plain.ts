import { cue } from './cue.ts';
import { QUANTITY, UNIT } from './lexicon.ts';
import type { RuleForms } from './rule.ts';

/** Verbs after "we" that tell of a thought, a trouble or a task rather than of what is done as a rule. */
const NO_HABIT =
  "need|want|know|think|guess|believe|hope|wonder|see|saw|look|seem|get|got|run into|hit|lose|lost|fail|talk|wait|try|tried|notice|discuss|crash|miss|can|could|should|would|might|may|must|shall|will|won't|can't|cannot|are|aren't|were|was|wasn't|had|hadn't|did|didn't|don't|haven't|hasn't|expect|assume|suspect|plan|intend|aim|consider|feel|remember|forget|forgot|love|disagree|debate|argue|decide|come|came|ran|took|made|said|found|met|went|ought|struggle|appear|understand|understood|wish|care|mind|hear|heard|mean|meant|doubt|imagine|suppose|stand|end up|end|made|gave|left|sent|spent|thought|told|knew|felt|kept|began|burnt|built|bought|sold|wrote|drew|broke|caught|taught|threw|flew|grew|blew|wore|won|held|led|paid|stood|fell|drove|spoke|woke|froze|slept|dealt|dug|hung|shot|meanwhile|go|have|do (?:not|this|that|it|know|need)|'\\w+|\\w{2,}ed";
const NO_HABIT_OBJECT =
  'know|think|see|understand|remember|care|get|have time|have (?:any )?(?:idea|clue|data|numbers)|need (?:this|that|it|to)|need that|mind|want to (?:talk|discuss)|believe|expect|agree|seem|really know|even|do this|do that';

const BE = '(?:is|are|will be|gets?|stays?|remains?|must be)';
/** A present verb after the noun that begins the statement. */
const VERB =
  "(?:is|are|has|have|isn't|aren't|gets?|will be|is going to be|will|can|run|take|cost|weigh|open|close|start|last|draw|need|use|hold|go|come|sit|live|arrive|leave|expire|wear|work|fit|share|carry|measure|(?!this|always|plus|versus|vs|across|is|was|has|less|its|thus|us|yes|perhaps)\\p{L}{2,}(?<!s)s)";
/** One to eight words that are the subject of the statement. */
const SUBJECT = '[\\p{L}\\p{N}/][^\\s?!,;:]*(?: [^\\s?!,;:]+){0,8}?';

/** Participles with which a lasting property is told. */
const PROPERTY =
  '(?:made (?:of|from|by|in)|written in|built (?:with|on|by|in|from)|kept|spelled|spelt|pronounced|abbreviated|capitali[sz]ed|rated|held|driven|drawn from|cut|bolted|glued|coated|mounted|sealed|capped|stored|read[- ]only|set to|stabili[sz]ed|cooled|controlled|compensated|fixed (?:at|to)|hosted|deployed (?:on|to|via|with|by)|self[- ]hosted|normally (?:closed|open)|based on|called|signed|engraved|named|painted|connected|wired|powered|published|licen[sc]ed|generated|rated|specified|limited|restricted|reserved|shared|encrypted|versioned|scheduled|supplied|delivered|led (?:by|from)|owned|maintained|handled|managed|encoded|measured in|given in|expressed in|sorted|indexed|cached|replicated|backed|rotated|anchored|calibrated|configurable|compatible with|responsible for|part of|available (?:in|on|only|from)|public|private|internal|optional|immutable|append[- ]only|proprietary|confidential|open source|end of life|on[- ]prem\\w*|out of reach|off[- ]limits|taken by|equal to|identical|independent of|the same (?:as|for|in)|gpl|acceptable|sent|paid|billed|invoiced|done (?:by|in|with|on)|used (?:for|by|as|in|only)|refitted|synced|in (?:metres|meters|mm|utc|seconds|euros|english|french|german|\\w+ units))';

/** A passive with its circumstance: "are ordered with", "is kept at"; not what has just happened to something. */
const PASSIVE =
  '(?:all |both |each |fully |only |always )?(?!merged|pushed|fixed|updated|changed|finished|started|blocked|opened|confused|supposed|expected|caused|failed|stopped|crashed|interested|worried|tired|annoyed|impressed|surprised|scared|needed|wanted|related|stuck)(?:\\p{L}{3,}ed|(?:re)?built|kept|made|sent|written|driven|held|taken|given|bought|done|run|put|read|cut|wound|bound|drawn) (?:with|in|by|on|at|to|from|as|for|via|using|through|every|only|once|twice|per|under|over|between|without|weekly|daily|nightly|hourly|monthly|yearly|automatically|manually|separately|by hand|from)';

/** Nouns that name a property, whose value a statement then gives. */
const PROPERTY_NOUN =
  '(?:position|mode|default|polarity|order|format|units?|type|protocol|encoding|language|suppliers?|vendors?|manufacturer|port|address|rate|frequency|resolution|range|accuracy|material|colou?r|size|diameter|length|width|height|depth|weight|mass|thickness|temperature|pressure|voltage|current|power|speed|capacity|licen[cs]e|time ?zone|currency|contact|source of truth|entry point|bus|interface|convention|separator|delimiter|prefix|suffix|baseline|location|host ?name|domain|version|chemistry|sensor|camera|controller|motor|name|title|abbreviation|processor|framework|database|runtime|compiler|toolchain|operating system|os|stack|backend|frontend|queue|broker|scheduler|registry)';

/** Verbs that tell how parts of a project hang together. */
const RELATION =
  '(?:becomes? (?:the |our |an? )?\\S+|steps? down|works? (?:in|with|only|on|as)|lives? (?:in|on|under|at|next)|sits? (?:in|on|behind|under|next|at|between)|runs? (?:on|in|at|under|behind|every|as|only|from|nightly|daily|weekly|hourly|once|twice)|speaks?|belongs? to|comes? (?:from|with|in)|talks? to|listens? (?:on|to)|depends? on|connects? to|reads? (?:from|its|the)|writes? (?:to|into)|feeds?|drives|hosts?|serves?|supports? (?:only|up|both|at|two|three|\\d)|owns?|maintains?|leads?|looks? after|takes? care of|handles?|covers?|uses?|accepts? (?:only|both|up)|expects?|stands? for|refers? to|maps? to|points? to|contains?|consists? of|holds?|stores?|ships? with|drops?|removes?|includes?|excludes?|takes over|targets?|remains?|starts? (?:at|on|with|from)|ends? (?:at|on|with)|goes? (?:to|in|into|on|through|via|next|under|out|only|live)|go (?:to|in|into|on|through|via|next|under|out)|happens? (?:on|in|at|only|every)|replaces?|sends?|publishes?|exposes?|provides?|produces?|consumes?|emits?|delivers?|controls?|shares?|inherits? from|(?:has|have) (?:no|two|three|four|only|its own|their own))';

/** English forms of the rules that are not firm, and of what is said to be kept. */
export const PLAIN_ENGLISH: Record<string, RuleForms> = {
  practice: {
    any: [
      new RegExp(
        `\\b(?:we|our team|the team)(?: all| now| only| still| currently| always| never| usually| normally| typically| generally| also| mostly| both| deliberately)* (?!(?:${NO_HABIT})\\b)\\p{L}{2,}\\b(?! (?:this|that|it)[.!]?$)`,
        'u',
      ),
      new RegExp(`\\bwe (?:do not|don't|dont|never) (?!(?:${NO_HABIT_OBJECT})\\b)\\p{L}+ \\p{L}+`, 'u'),
      /\b(?:everything|everyone|everybody|whatever|anything|nothing|all of (?:it|them)|the rest|all others) (?:that |else |we |which )?.{0,40}\b(?:goes?|is|are|gets?|has|stays?|lives?|runs?|needs?|uses?|belongs?|moves?)\b/,
      /\b(?:is|are|has|have)\b.{2,80}\b(?:everywhere|across the board|in all \w+|throughout)\b/,
      /^(?:every|each|all|any) .{2,80}\b(?:is|are|gets?|has|have|need|needs|goes|go|carry|carries|must|uses?|use|starts?|ends?|run|runs|contains?|comes?|ships?|follows?|follow|requires?|lives?|live)\b/,
      /\b(?:happens?|goes?|go|lives?|live|runs?|run|starts?|start) (?:only|every|to the|on|in|from|through|next to|into|under|at|nightly|daily|hourly|weekly|monthly|once|twice)\b/,
    ],
    none: [
      /^(?:i|i'm|i've|my|you|your)\b/,
      /\b(?:fine|green|ok|okay|good|failing|blank|passing|ready|done|empty|slow|gone|great)\b|^every time i\b|\bgoes? (?:wrong|away|up|down|off)\b/,
      /\bwe do (?:not know|need|that|this)\b|\bdo we\b|\b(?:what|how|why|where|when) we\b|\bwe have (?:a|an|some|another) (?:problem|bug|issue|meeting|call|question|situation|leak|regression|conflict)\b|\b(?:as|like|that) we (?:know|see|speak)\b|\bin the drawing\b/,
      /^(?:it|this|that) (?:goes|runs|lives|happens)\b/,
    ],
    firm: false,
  },
  event: {
    any: [
      cue(
        'yesterday|tomorrow|last (?:night|week|month|monday|tuesday|wednesday|thursday|friday)|next (?:week|month|quarter|year|monday|tuesday|wednesday|thursday|friday)|(?:two|three|four|five|\\d+) (?:days|weeks|months) ago|in (?:two|three|four|\\d+) (?:days|weeks|months)|(?:on|since|until|from|by|before) (?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)',
      ),
      /\b(?:\d{1,2}(?:st|nd|rd|th)? (?:of )?)?(?:january|february|march|april|june|july|august|september|october|november|december|jan|feb|apr|aug|sept?|oct|nov|dec)(?!\p{L})(?: \d{1,4})?\b|\bmay \d{1,2}\b|\b\d{1,2} may\b|\bship date\b|\b20[2-4]\d-[01]\d-[0-3]\d\b|\bq[1-4] (?:of )?20[2-4]\d\b|\b(?:spring|summer|autumn|fall|winter) 20[2-4]\d\b/u,
      /\bwe (?:scrapped|swapped|shipped|released|replaced|installed|broke|received|delivered|upgraded|launched|commissioned)\b|\bi promised\b|\bi(?:'ll| will) be (?:away|on (?:leave|holiday|vacation)|out)\b|\bi(?:'m| am) (?:away|on (?:leave|holiday|vacation)|out of (?:the )?office)\b/,
      /\b(?:kick-?off|launch|go[- ]live|review|audit|demo|delivery|shipment|handover|milestone|freeze|deadline|release|inspection|acceptance|certification|trial) (?:is|was|will be|has been) (?:on|in|moved|scheduled|set|planned|due|at|tomorrow|next|postponed)\b/,
    ],
    none: [
      /\b(?:build|tests?|deploy|deployment|pipeline|ci|run|job|server|script|it)\b.*\b(?:failed|took|takes|crashed|broke|worked|started|fails)\b/,
      /\bsince (?:january|february|march|april|may|june|july)|\bworked (?:fine|yesterday|before|last)\b/,
      /\bi (?:said|wrote|asked|told)\b/,
      /^(?:(?:i|we) (?:lost|told|need|want)|how|i (?:saw|tried|read|started|fixed|looked|wrote|spent|had|was|worked|asked|got|forgot|noticed|changed|merged|pushed|finished|did))\b|^(?:remind|tell|ask)\b|\b(?:see you|talk|continue|look at (?:it|this)|do (?:it|this|that|the rest)|finish (?:it|this)) (?:tomorrow|next|on)\b|^(?:that's|it's|this is) (?:it|all|enough)\b/,
    ],
    firm: false,
  },
  finding: {
    any: [
      /\b(?:we|i)(?:'ve| have)?(?: just| now| finally| also)? (?:found|measured|learned|learnt|discovered|verified|confirmed|noticed|checked|tested|determined|established|observed|figured out|calibrated) (?:that |out )?.{4,}/,
      /^(?:we |i )?(?:found|figured|learn(?:ed|t)) (?:out )?(?:the hard way|that)\b.{8,}|^learn(?:ed|t) (?:something|smth|sth|a lot)(?: new)?(?: today)?: ?\S.{8,}|^(?:(?:lessons? (?:of the day|learn(?:ed|t))|til|today i learned|measured|clocked|benchmarked|timed)\b[^:]{0,120}: ?\S).{8,}/,
      /\b(?:known (?:bug|issue|limitation)|erratum|we tested|lessons? learn(?:ed|t)|root cause (?:is|was|of)|(?:turns|turned) out|measured (?:at|on|over|with|value|yesterday|last))\b/,
    ],
    none: [
      /\bfound (?:it|nothing|no|a (?:bug|typo))\b|\b(?:i|you) (?:had|forgot|missed|mis\w+)\b|\btypo\b|\bchecked (?:the|your|it|this|that) (?:log|code|file|output|branch|pr)|\bnothing\b/,
    ],
    firm: false,
  },
  explicit: {
    any: [
      /^(?:pl(?:ease|s|z) )?(?:just )?(?:for the record|note that|please note|note to self|remember(?: that)?:?|to be clear|fyi|just fyi|for your information|for context|keep in mind|bear in mind|important|heads[- ]up|reminder|noteworthy|good to know|worth knowing|background|fact|context|nb|n\.b\.|important note|to clarify|clarification)(?: that)?\b/,
      /^(?:add|save|store|keep) (?:this )?(?:to|in) (?:your )?memory\b/,
    ],
    none: [/^(?:note|remember) (?:that )?(?:you|to|me|when|the (?:time|day))\b|^(?:reminder|important)\W*$/],
  },
  fact: {
    any: [
      new RegExp(`^${SUBJECT} ${VERB} [^?]*?${QUANTITY}(?![\\p{L}\\p{N}])`, 'u'),
      new RegExp(
        `^(?!still|only|about|after|before|for|in|at|with|got|took|takes|another|just|these|those|last|first|step|line|there|here|day|around|over|not|and|but|so|or|every|like)(?:\\p{L}[\\p{L}\\d-]* ){1,4}[±<>≤≥]?\\s?\\d[\\d.,]*\\s?${UNIT}(?![\\p{L}\\p{N}])`,
        'u',
      ),
      new RegExp(`^[\\p{L}][\\p{L}\\p{N} ()./-]{1,50}?\\s?[:=]\\s.*(?:${QUANTITY}|\\d)`, 'u'),
      new RegExp(
        `^(?:[\\p{L}-]+ ){0,3}\\p{L}{2,}s (?!are|were|on|in|at|of|for|and|or|to|with|from|by|that|which|only|over|under|per|left)\\p{L}{3,} [^?]*?${QUANTITY}(?![\\p{L}\\p{N}])`,
        'u',
      ),
      new RegExp(`^(?:[\\p{L}\\d-]+ ){1,4}[\\p{L}\\d-]+, \\d[\\d.,]*\\s?${UNIT}(?![\\p{L}\\p{N}])`, 'u'),
      new RegExp(`\\b(?:we have|we've got|there (?:is|are)|we(?:'re| are) on)\\s.*(?:${QUANTITY}|\\d+\\.\\d+)`, 'u'),
    ],
    none: [
      /\b(?:today|so far|at the moment|has been \w+ing|have been|previous run|the example|right now|this time|tests?|lines? of code|files? changed|steps?|left|px off|should)\b|(?<!from )\bnow[,.!]|\bnow$|^(?:note|todo|fixme|question|step|part|day|time|eta|update|status|news|progress|results?|feedback)\b/,
    ],
    firm: false,
  },
  state: {
    any: [
      new RegExp(
        `^${SUBJECT} ${BE} (?:always |only |now |never |not |also |usually |fully |strictly |entirely |currently )*(?:${PROPERTY}|${PASSIVE})\\b`,
        'u',
      ),
      new RegExp(
        `^(?!i |we |you |they |to )${SUBJECT} (?:always |only |now |never |also |usually |still )?${RELATION}\\b`,
        'u',
      ),
      /^(?:the|our|each|every|all|both)\s(?:\S+ ){1,6}?(?:is|are)\s(?:a|an|in|on|from|at|by|the|our|one|part|made|never|always|only|two|three)\s.{3,}/,
      /^(?:as of \w+,? )?[\p{L}.]+(?: \p{L}+){0,2} (?:is|are) (?:now )?(?:the|our|my|a|an) (?:\p{L}+ ){0,3}(?:manager|lead|owner|contact|maintainer|admin|architect|reviewer|supplier|vendor|customer|client|partner|coordinator|deputy)\b/u,
      new RegExp(
        `^(?:\\S+ ){0,4}?${PROPERTY_NOUN}(?: (?:of|for|in|on|at|between) (?:\\S+ ){1,6}?|\\s)(?:is|are|will be)\\s\\S+`,
        'u',
      ),
      new RegExp(
        `^(?!there |here |we |i |you )${SUBJECT} are (?:on|in|at|behind|under|from) (?!the (?:way|table|fence)|fire|hold|vacation|holiday|progress|trouble|sync)\\S+`,
        'u',
      ),
      /^(?:the|our) (?:\S+ ){1,4}?(?:is|are) (?:called |named |spelled )?[`"‹']/,
      /\b(?:lab|office|factory|clean ?room|workshop|site) is closed\b/,
    ],
    none: [
      /^[^,;]*\b(?:new ones|it|them|this|that|her|him|me|us|you)[.!]?$/,
      /\b(?:is|are) (?:now |all |already |too |very |quite |really |pretty |a bit )*(?:done(?! (?:in|by|with|on|at|via))|high|low|ok|okay|fine|good|bad|off|nice|great|important|right|correct|visible|unknown|unclear|ready|finished|complete|true|false)\b/,
      /\b(?:again|today(?! \w+ is)|one is|mockup|here|first|problem|reason|question|idea|joke|pain|issue|at the moment|right now|progress|way (?:to|too)|nightmare|waste|disaster|miracle|mystery|shame|pity|lie|gem|beast)\b/,
    ],
    firm: false,
  },
};
