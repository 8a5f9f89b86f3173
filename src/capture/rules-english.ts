import { cue } from './cue.ts';
import { ADVERBS, DECIDED, DECIDERS, DECIDING, QUANTITY, UNIT } from './lexicon.ts';
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
  '(?:made (?:of|from|by|in)|written in|built (?:with|on|by|in|from)|kept|held|driven|drawn from|cut|bolted|glued|coated|mounted|sealed|capped|stored|read[- ]only|set to|stabili[sz]ed|cooled|controlled|compensated|fixed (?:at|to)|hosted|deployed (?:on|to|via|with|by)|self[- ]hosted|normally (?:closed|open)|based on|called|signed|engraved|named|painted|connected|wired|powered|published|licen[sc]ed|generated|rated|specified|limited|restricted|reserved|shared|encrypted|versioned|scheduled|supplied|delivered|owned|maintained|handled|managed|encoded|measured in|given in|expressed in|sorted|indexed|cached|replicated|backed|rotated|anchored|calibrated|configurable|compatible with|responsible for|part of|available (?:in|on|only|from)|public|private|internal|optional|immutable|append[- ]only|proprietary|confidential|open source|end of life|on[- ]prem\\w*|out of reach|off[- ]limits|taken by|equal to|identical|independent of|the same (?:as|for|in)|gpl|acceptable|sent|paid|billed|invoiced|done (?:by|in|with|on)|used (?:for|by|as|in|only)|refitted|synced|in (?:metres|meters|mm|utc|seconds|euros|english|french|german|\\w+ units))';

/** A passive with its circumstance: "are ordered with", "is kept at"; not what has just happened to something. */
const PASSIVE =
  '(?:all |both |each |fully |only |always )?(?!merged|pushed|fixed|updated|changed|finished|started|blocked|opened|confused|supposed|expected|caused|failed|stopped|crashed|interested|worried|tired|annoyed|impressed|surprised|scared|needed|wanted|related|stuck)(?:\\p{L}{3,}ed|built|kept|made|sent|written|driven|held|taken|given|bought|done|run|put|read|cut|wound|bound|drawn) (?:with|in|by|on|at|to|from|as|for|via|using|through|every|only|once|twice|per|under|over|between|without|weekly|daily|nightly|hourly|monthly|yearly|automatically|manually|separately|by hand|from)';

/** Nouns that name a property, whose value a statement then gives. */
const PROPERTY_NOUN =
  '(?:position|mode|default|polarity|order|format|units?|type|protocol|encoding|language|suppliers?|vendors?|manufacturer|port|address|rate|frequency|resolution|range|accuracy|material|colou?r|size|diameter|length|width|height|depth|weight|mass|thickness|temperature|pressure|voltage|current|power|speed|capacity|licen[cs]e|time ?zone|currency|contact|source of truth|entry point|bus|interface|convention|separator|delimiter|prefix|suffix|baseline|location|host ?name|domain|version|chemistry|sensor|camera|controller|motor|name|title|abbreviation|processor|framework|database|runtime|compiler|toolchain|operating system|os|stack|backend|frontend|queue|broker|scheduler|registry)';

/** Verbs that tell how parts of a project hang together. */
const RELATION =
  '(?:works? (?:in|with|only|on|as)|lives? (?:in|on|under|at|next)|sits? (?:in|on|behind|under|next|at|between)|runs? (?:on|in|at|under|behind|every|as|only|from|nightly|daily|weekly|hourly|once|twice)|speaks?|belongs? to|comes? (?:from|with|in)|talks? to|listens? (?:on|to)|depends? on|connects? to|reads? (?:from|its|the)|writes? (?:to|into)|feeds?|drives|hosts?|serves?|supports? (?:only|up|both|at|two|three|\\d)|owns?|maintains?|leads?|looks? after|takes? care of|handles?|covers?|uses?|accepts? (?:only|both|up)|expects?|stands? for|refers? to|maps? to|points? to|contains?|consists? of|holds?|stores?|ships? with|drops?|removes?|includes?|excludes?|takes over|targets?|remains?|starts? (?:at|on|with|from)|ends? (?:at|on|with)|goes? (?:to|in|into|on|through|via|next|under|out|only|live)|go (?:to|in|into|on|through|via|next|under|out)|happens? (?:on|in|at|only|every)|replaces?|sends?|publishes?|exposes?|provides?|produces?|consumes?|emits?|delivers?|controls?|shares?|inherits? from|(?:has|have) (?:no|two|three|four|only|its own|their own))';

export const ENGLISH: Record<string, RuleForms> = {
  correction: {
    any: [
      /^(?:no|nope|wrong|correction|small correction|not quite|sorry|oops|ah|oh|wait|erratum|my (?:bad|mistake))\b[,:.;!]?\s.*\b(?:is|are|was|has|have|uses?|it's|they're|runs?|should (?:be|read)|must be|not)\b/,
      /\b(?:is|are|was|were|it's|they're|has|have|uses?|means?|called)\s[^,;]{2,60},?\s(?:not|and not|rather than)\s(?:the\s|a\s|an\s|at\s|in\s|on\s|by\s|from\s)?[\p{L}\p{N}.,/-]+(?:\s[\p{L}\p{N}.,/-]+)?\s?(?:[.!,;:]|$)/u,
      /^you(?:r \w+)?\b.{3,80}\bbut (?:the|our|we|it|this|they)\b.{2,80}\b(?:is|are|has|have|use|uses|runs?)\b/,
      /^actually,? (?:it|they|the|our|we|that|there|his|her|[\p{L}\d]+)(?:'s|'re| is| are| has| have| use| uses| run| runs)?\b.*(?:\d|\bnot\b|\b(?:is|are|uses?) (?:an?|the|in|on)\b|\binstead\b)/u,
      cue(
        '(?:i )?(?:need|have) to correct myself|correction to what i said|i stand corrected|i was wrong|i meant|i (?:mis(?:spoke|typed|read|remembered|counted))|typo (?:of mine|on my side)|changed my mind|on second thought|contrary to what i (?:said|wrote)|i said .{2,40} but (?:it|i)|(?:is|was) (?:the )?(?:old|outdated) (?:value|design|number|figure)|the (?:right|correct|true|real) (?:\\w+ ){1,3}(?:is|are)',
      ),
      /^in fact\b|\bnot [\p{L}\p{N}.,°%-]+(?: [\p{L}\p{N}%°.]+)?,? but (?:rather )?\S+/u,
    ],
    none: [
      /\b(?:still|broken|fine|that's what|what i meant|works|working|sure|problem|question)\b/,
      /^(?:no|nope)[,.]? (?:it's|that's|that is) (?:fine|ok|not)\b/,
      /\bnot (?:that|this|these|those|there|here|now|like)\b|\b(?:first|second|third|fourth|last|other|left|right|next) (?:column|row|line|one|file|plot|tab|button|page|half|cell)\b/,
      /\byou (?:can't|cant|cannot|can|could|should|need to|must|have to|don't|do not|are|were)\b/,
      /^(?:always|never)\b|^no(?: way|t| need)\b|\bif not\b|\bor not\b|\bwhy not\b|^(?:i|we) (?:do|am|did|have|was)\b.*\bnot (?:sure|yet)\b/,
    ],
  },
  identity: {
    any: [
      /(?:^|[,:;(] ?|\b(?:and|that|as|but|because|hi|hello|hey),? )i(?:'m| am) (?:also |mostly |only |still |the |just )*(?:not )?(?:an?|the|one of|responsible|in charge|based|part of|working (?:as|at|from)|left[- ]handed|colou?r[- ]?blind|dyslexic|new to|on (?:windows|linux|mac\w*|wsl\w*|arch|debian|ubuntu|the \w+ (?:team|side))|in (?:the \w+ (?:team|group|department)|utc|cet|\w+ time)|from the|taking over|standing in|replacing|joining|used to|fluent|(?:more )?comfortable)\b/,
      /(?:^|[,:;(] ?|\b(?:and|that|as|but|because) )i (?:always |usually |mostly |only |normally |typically )*(?:work\b|manage\b|maintain\b|look after|own\b|run (?!the (?!(?:\w+ )?(?:lab|group|team|shop|site|workshop|department)\b)|it\b|this\b|that\b|into\b|out\b)|lead\b|take care of|live in|sit in|speak\b|come from|don't (?:know|speak|read) (?:much |any )?(?!why|how|what|if|where|when|which|who|that|it|yet)\w+)/,
      /\bmy (?:background|role|job|title|team|field|time ?zone|responsibility|working hours|office hours|first language|mother tongue|native language|name|shell|editor|os|machine|laptop|keyboard|day off|setup)\b.{0,30}\b(?:is|are|in|covers?|has|runs)\b/,
      /\bwe(?:'re| are) (?:only |just )?(?:an? (?:\w+ )?(?:team|group|crew|lab|company|start-?up|agency|department|shop)\b|(?:two|three|four|five|six|seven|eight|\d+) (?:people|engineers|developers|persons))/,
      /^(?:please )?call me \w+/,
    ],
    none: [
      /\bi(?:'m| am) (?:a bit|a little|an idiot|a fan|the problem|a huge|a big|in a (?:meeting|hurry|rush))\b|\bnull\b|\bi run (?:it|this|that)\b|\bused to (?:be|have|do)\b/,
      /^my (?:machine|laptop|keyboard|editor|shell|setup)\b.*\b(?:free|left|full|slow|dead|battery|broken|crash\w*|hot)\b/,
      /\bi work (?:on (?:this|that|it)\b|it\b)/,
    ],
  },
  adaptation: {
    any: [
      /^(?:please )?(?:from now on|from here on|going forward|from today(?: on)?|henceforth|in (?:the )?future|next time|as a rule|in general|by default)\b/,
      /\b(?:from now on|from here on|going forward|in (?:the )?future(?: please)?|any ?more(?: please)?|unless i (?:ask|say|tell)|without asking(?: me)?(?: first)?)[.!]?$/,
      /^(?:when(?:ever)?|if|each time|every time|before|after) (?:i|you) (?:ask|say|paste|write|send|give|show|suggest|propose|change|add|create|generate|edit|touch|make|finish|commit|explain|review|open|run)\b.{0,80}(?:[,:]|\bi (?:mean|want)\b)/,
      /^(?:please )?(?:prefer|favou?r) .{3,80} (?:over|to|instead of|rather than) /,
      /^(?:please )?(?:stop|avoid|quit) \w+ing\b/,
      /^(?:please )?(?:please )?(?:never|always) (?!mind|again|seen|had)/,
      /^(?:pl(?:ease|s|z) )?(?:don't|dont|do not)\b.*(?:\bever\b|\bwithout asking\b|\bwhen i\b|\bunless\b|\bany ?more\b|\bfor \w+ only\b|\bunder any\b)/,
      /^(?:pl(?:ease|s|z) )?(?:don't|dont|do not) (?:ever )?(?:use|add|write|suggest|propose|commit|push|mock|log|hard-?code|invent|assume|apologi[sz]e|mix|put|abbreviate|translate|repeat|start (?:with|your)|import|store|send|open|create|reformat|touch) (?:any )?(?!this|that|it\b|the\b|these|those|anything|a\b|an\b|yet|me\b|them)(?:\p{L}+ing\b|\p{L}+s\b|\p{L}+ \p{L}+s\b|sudo|code|slang|jargon|markdown|html|data|any\b|to \w+)/u,
      /\b(?:it|that) (?:annoys|confuses) me\b/,
      /^(?:answer|reply|write|use|give|show|start|keep|explain|list|ask|run|format|wrap|respond|speak)\b.{3,80}\b(?:when(?:ever)?|if|unless|every time|each time|before) (?:i|you)\b/,
      /^(?:assume nothing|(?:never|don't|do not) assume)\b/,
      /^(?:when|if) in doubt\b,? (?!i\b|we\b|you\b)\w+/,
      /^(?:my|our|one|golden|house|simple|general|another|basic|standing) (?:\w+ )?(?:rule|convention|policy|principle|guideline)s?\b.{0,30}[:–-]/,
      /^(?:use|write|keep|put|give|state|quote|cite|name|format|prefix|tag|answer|reply|report|round|name|document|spell|wrap)\b.*\b(?:for (?:all|every|each|everything)|in (?:all|every|each)|everywhere|throughout|across the|every time|in this (?:repo|repository|project|codebase|code base)|with every)\b/,
      /\b(?:is|that's|thats|as) (?:a|our|my|the) (?:hard |general |standing |house |project )?(?:rule|convention|policy)(?: (?:here|for (?:this|the|all)|of mine|at our))?\b/,
    ],
    none: [
      /^(?:please )?(?:stop|quit|avoid) \w+ing (?:them|it|this|that|these|those|the|all of|him|her)\b/,
      /\bplease stop (?:the|this|that) \w+(?:ing)?\.?$/,
      /^always (?:the same|fun|nice)\b/,
      /\b(?:in this (?:file|function|test|case|one|branch|pr)|yet|right now)\b/,
    ],
  },
  preference: {
    any: [
      /\bi (?:strongly |much |really |usually |always |generally |definitely |personally )*(?:prefer|favou?r)\b|\bi(?:'d| would) (?:much |really )?(?:rather|prefer)\b/,
      /\bi (?:really |absolutely |just )*(?:hate|dislike|can't stand|cannot stand|don't (?:really )?(?:like|want)|do not (?:like|want))\b/,
      /(?:^|[,;] )i (?:really )?like (?!you\b|how\b|what\b|that\b|it\b|this\b|the (?:idea|look|new|way|first|second)\b)|\bi find .{3,60} (?:easier|harder|clearer|better|unreadable|more readable|distracting|annoying)\b/,
      /^i (?:always |only )?want (?:(?:all|every|each|no|only|short|long|plain|you to (?:be|always|never|ask|stop|keep|answer|speak|explain))\b|(?:my |the |your )?\w+(?: \w+)?s (?:as|in|with|to be|without|first)\b)|^preferences?\s?[:-]/,
      /^(?:when(?:ever)?|if) i .{3,60}, i (?:want|expect|need|like)\b/,
      /^i want (?!to\b|you\b|this\b|that\b|it\b|an?\b|the\b).{3,80}\bto be \w+/,
      /^i(?:'d| would) like (?:every|all|each|the|my|plots?|reports?|short|long|your|answers)\b(?! to (?:know|see|check|run))/,
      /^i (?:usually|always|generally|typically|normally) (?:want|like|need|expect|read)\b|^i (?:always|never|usually) (?!understood|understand|got|seen|found|tried|liked|noticed|realised|realized|said|told|asked|forget|get|see|have|thought|think|wonder|say|lose|had|knew|know|fail|end|want|work|wondered|hear)\w+ \w+/,
      /\bhabit of mine\b|^i (?:still |mostly |only |usually |always )?use (?!it\b|this\b|that\b)|\bi(?:'m| am) (?:allergic to|not a (?:big )?fan of|a (?:big |huge )?fan of|more of an?)\b|\bmy (?:personal |strong )?preference\b|\bdrives? me (?:crazy|nuts|mad)\b|\bannoys? me\b/,
      /^(?:short|shorter|brief|concise|plain|bullet|simple|no) .{0,40}\b(?:answers?|replies|explanations?|summar(?:y|ies)|sentences|emojis?|preambles?|apolog(?:y|ies)|smileys|small talk|praise|please)\b/,
      /\b(?:so |but |and )?please no \p{L}{3,}|(?:^|\bso |, )no [\p{L}-]+(?: [\p{L}-]+){0,3} (?:for me|please)\b/u,
      /^in (?:\S+ ){1,4}?i (?:want|like|prefer|expect|need)\b/,
      /\bi (?:learn|read|understand|work|think|remember) (?:things |it |them )?(?:best|better) /,
      /\b(?:things|what) i (?:care about|look for|value|expect|want (?:to see )?in)\b.{0,40}:|\bi(?:'d| would) (?:appreciate it|be grateful) if you (?:didn't|did not|don't|always|never|stopped|wouldn't|would not|would (?:always|never|stop)|kept)\b/,
      /^(?!.*\b(?:this|that|it)\b)(?:\S+ ){1,6}in (?:english|french|german|spanish|metric|si units),? please\b/,
      /^(?:please )?(?:keep|make) (?:your|the|all) (?:answers?|replies|explanations?|summar(?:y|ies)|messages?|responses?)\b/,
      /^(?:pl(?:ease|s|z) )?(?:don't|dont|do not|no need to|spare me|skip) .{0,20}\b(?:emojis?|apologi[sz]e|praise|compliments?|filler|explain(?:ing)? (?:the )?basics|flatter|sugar ?coat|preamble)/,
    ],
    none: [
      /\b(?:beer|coffee|pizza)\b/,
      /\b(?:first|second|third|last|other|previous|latter|former|this|that|your|new|old) (?:version|one|option|solution|approach|idea|proposal|way)\b|\bfirst\.?$|\b(?:it|this|that)\.?$|\bwant to know\b/,
      /\b(?:like|dislike|hate|use|using) (?:this|that|it)\b|\bi (?:don't|do not) (?:want|need) (?:to|the|a|an|any|this|that|it)\b(?!.*\b(?:ever|always|in my)\b)/,
      /^i (?:hate|dislike) (?:when|how|that)\b|^i use .{0,60}\b(?:but|and)\b.*\b(?:get|error|fails?|crash)/,
    ],
  },
  definition: {
    any: [
      /\b(?:when (?:i|we) say|by) .{2,60} (?:i|we) mean\b|\b(?:the word|the term) .{2,40} (?:means|refers)\b|\balways means\b|\bin (?:this project|our \w+|this repo\w*) .{0,40}\b(?:means|is one|stands for)\b/,
      /^[\p{L}][\p{L}\d -]{1,25} = (?!.*[(){}[\];]).{4,}/u,
      /^my name for\b|\bwe call (?:it|this|that|them|the|\w+)\b|\brule of thumb\b|\bour convention\b|\bstands for\b|\bis (?:our|the) (?:name|word|term|shorthand|acronym|abbreviation|code ?name) for\b|\bis short for\b/,
    ],
  },
  decision: {
    any: [
      new RegExp(`\\b${DECIDERS}${ADVERBS} (?:${DECIDED})\\b`),
      new RegExp(
        `\\b(?:we|i)(?:'re|'m| are| am)(?: now| definitely| officially| all| both| therefore| also| just)* (?:${DECIDING})\\b(?! (?:this|that|it|these)\\b| the (?:files?|folder|table) now)`,
      ),
      /\b(?:we'll|we will|we shall) (?:now |only |all |then |just |always |never |not |still |also )*(?!see\b|need\b|talk|check|look|find|discuss|think|figure|decide|know\b|try|get\b|want|have to|be able|probably|wait|meet|ask|revisit|come back|hear|learn|test\b|likely|maybe)\p{L}+/u,
      /\b(?:we|i) (?:took|used|chose|kept|bought|went|did) .*\b(?:in the end|instead|finally|eventually)\b|\bin the end,? we \w+/,
      /\bwe(?:'ve| have)(?: now| just| also)? (?:cut|reduced|trimmed|extended|raised|lowered|capped|limited|split|bought|ordered|signed|stopped|paused|removed|introduced|changed|renamed|replaced|restricted|banned|allowed)\b/,
      /\bwe (?:will not|won't|don't|do not) (?:support|use|do|ship|want|need|maintain|have|offer|plan|allow|accept|store|host|build|sell|touch|deploy|release|write|mock|log|run|keep)\b|\bwe (?:no longer|aren't|are not|never) (?!sure|there|done|ready|able|had|got|saw|seen|did)\w+/,
      /\bwe (?:now |then |just |simply |therefore )*(?:go|stay|stick|live|keep|take|throw|drop|switch|move|pick|settle|ditch|freeze|replace|skip|postpone|default) (?!this\b|that\b|it to\b|into\b)/,
      /\blet'?s (?:go (?:with|for)|settle|stick|stay|use\b(?! (?:this|that|it)\b)|keep (?!it\b|going|in mind|an eye)|do option|not (?:do|use|support|over)|drop|agree|standardi[sz]e|adopt|make it|take|lock|freeze|call it|limit)\b|\blet us (?:go|use|keep|stick|adopt)\b/,
      /^(?:going (?:with|for)|sticking (?:with|to)|staying (?:with|on)|settled (?:on|for)|settling on|decided (?:on|to|that|against|for|in favou?r)|agreed (?:on|to|that|with)|opted for|opting for|switching to|standardi[sz]ing on|went with|chose|ended up (?:with|choosing)|ruled out|ditched|dropped|parked|approved)\b/,
      /\b(?:final|the|our|my|marc's|customer's|client's) (?:final |last )?(?:call|decision|choice|verdict|outcome|conclusion|pick|winner|resolution|agreement|consensus|takeaway)\b.{0,40}?(?:\bis\b|\bwas\b|:)/,
      /^(?:the )?(?:final |our |my |team )?(?:decisions?|decided|verdict|outcome|conclusion|resolution|agreed|agreement|settled|final|choice|call|consensus|approved|takeaway)\b(?: \w+){0,3}\s?[:,–—-]/,
      /\b(?:that's|that is|it's|it is|this is) (?:final|decided|settled|agreed|official|confirmed|a (?:go|done deal))\b|\btheir answer is final\b|\b(?:it was|it's been|it has been|has been|have been|was|were|is|are)(?: now| finally| officially| jointly)? (?:decided|agreed|settled on|chosen|selected|ruled out|voted)\b/,
      /\b(?:is|are|was|were|has been|have been|gets?|got)(?: now| officially| definitely| finally)? (?:out(?: of (?:scope|the (?:question|running|race|picture|scope)))?(?=[.,;!:)]|$| for | as | since | because )|off the table|postponed|deferred|frozen|cancelled|canceled|scrapped|dropped|approved|rejected|abandoned|shelved|deprecated|retired|discontinued|replaced (?:by|with)|superseded|a no[- ]go|locked in|history|not funded)\b/,
      /^no more \w+|\b(?!what\b|how\b|where\b|that\b|as\b|because\b|if\b|whether\b|think\b|know\b|so\b|like\b|whatever\b|than\b|where\b)[\p{L}\p{N}.+#]+ (?:it is|it'll be|it will be)(?:[.,;:!(]|$| then| for)|\bwins[.,]?(?:$| )|\bwon (?:the vote|by \d|\d)|\b(?:is|are) (?:enough|plenty|sufficient) for (?:us|our|now on)\b|(?<!\bthe )\bstays?(?: (?:in|on|with|that|the|out|as|where|at)\b|[,.]|$)/u,
      /^(?:the|our|all) .{2,40}? (?:moved|migrated|switched) (?:from .{2,40} )?to\b/,
      /,\s(?:agreed|decided|deal|final|settled|confirmed|approved)[.!]?$|^(?!.*\b(?:returns?|shows?|gives?|prints?|gets?|got|returned|showed|gave|printed)\b).{2,80}\b(?:instead of|in place of)\b/,
      /\bis (?:what we(?:'re|'ll)? (?:use|go|going|want|ship|do|agreed|need|deploy)|the (?:one we|way (?:to go|forward)|winner)|our (?:choice|default|baseline|standard)|the (?:new )?(?:default|standard|baseline|official|canonical|reference))\b/,
      /\b(?:i'm|we're|i am|we are|i|we)(?: now)? (?:ok|fine|happy|go|going) (?:with|for) (?!that\b|it\b|this\b|you\b)\w+.*\b(?:then|so|instead|final)\b/,
      /^(?!you\b|who\b|nobody\b|they\b|he\b|she\b|someone\b|somebody\b|it\b)(?:the )?\p{L}+(?: \p{L}+)?(?: has| have)? (?:decided|approved|signed off on|signed off|ruled out|chose|confirmed that|accepted|vetoed)\b/u,
    ],
    none: [
      /\bkeeping an eye\b|\bagreed (?:that )?you\b|\b(?:decided|agreed) (?:nothing|not yet)\b|\bin \d+ minutes\b|\bnow\.?$|\bfor now\b|\bfor the (?:moment|time being)\b|\btemporar/,
      /\b(?:approved|accepted|signed off(?: on)?|rejected) (?:the|my|your|his|her) (?:pr|mr|hotfix|change|request|ticket|patch|merge|deploy\w*|invoice|leave|draft)\b/,
      /\bnobody decided\b|\bto (?:sleep|go home|eat|stop here|take a break|quit)\b|\bfor (?:lunch|dinner|a (?:walk|run|coffee|beer))\b|\bcall it a (?:day|night|week)\b|^(?:a|an|one|some|my|his|her) (?:friend|colleague|co-?worker|boss|professor|neighbou?r|student|guy)\b|\bwhat (?:we|i|was) (?:decided|agreed)\b.*\b(?:about|again)\b/,
      /\bwe(?:'re| are) using too\b|\bwe (?:stay|keep) (?:getting|seeing|having|losing)\b|\bwe'?ll be (?:late|back|there|fine)\b/,
    ],
  },
  requirement: {
    any: [
      /\b(?:must(?: not)?|has to|have to|shall|needs? to|mustn't|mustnt)\b/,
      /\b(?:can't|cannot|can not|cant|may not|may never|must not|should never|should not exceed|not allowed to|not supposed to) (?:exceed|be|go|touch|use|do|read|have|change|drop|move|\p{L}{3,})\b/u,
      /\b(?:is|are) (?:strictly |absolutely |explicitly |contractually |legally )?(?:required|mandatory|forbidden|banned|not (?:allowed|permitted|acceptable|negotiable|an option|optional)|non[- ]negotiable|prohibited|capped|a (?:must|hard (?:limit|requirement|constraint)|show ?stopper)|off limits|allowed)\b|\bno (?:exceptions?|\w+ allowed)\b|\b(?:that|this)(?:'s| is) (?:not negotiable|non[- ]negotiable|a hard)\b/,
      /\b(?:hard |wind )?(?:requirements?|limits?|budget|threshold|constraint|deadline|acceptance criteri\w+|tolerance|target|cap|minimum|maximum|ceiling|quota|allowance|sla|lead time)\b.{0,60}?(?:\bis\b|\bare\b|:|\bof (?:\d|the|our|\S+ \d))/,
      /\b(?:never|always|only ever|at all times|at most|no more than|not more than|no less than|at least|(?:not|never) (?:above|below|over|under|exceed)|stays? (?:below|above|under|within)|(?:keep|stay|be|is|are|fit|run|finish|complete|start|boot|respond) (?:below|under|within|in under|in less than|inside)|without exception|does not exceed|doesn't exceed|up to \d)\b/,
      /^(?!i\b|we\b|you\b)(?:\S+ ){1,6}(?:requires?|needs?|expects?|wants?|prefers?) (?:an? |one |two |three |the |all |every |signed |at least |no |only |everything |sign-?off|approval|permission|consent|\d)/,
      /^only .{2,80} (?:may|can|is allowed|are allowed|gets?|has|have)\b|^(?:nobody|no one|nothing) (?:but|except|may|can|is allowed|goes|gets|leaves|enters|ships)\b/,
      /\bwe want (?:all|every|each|no|only|our)\b|\b(?:customer|client|contract|site|shop|auditor|auditors|regulator|legal|security|qa|compliance|law|standard|users?|operators?|lab) (?:wants?|expects?|asks? for|insists?|demands?|requires?|needs?|won't accept|does not accept|doesn't accept|prefers?|rejects?)\b/,
      /^(?:hard )?(?:\p{L}+ )?(?:requirements?|constraints?|conventions?|rules?|limits?|naming(?: convention)?|policy|spec|style|scheme|guidelines?)(?: \p{L}+){0,3}\s?[:–—-]/u,
      /^no (?!idea|way|thanks|problem|need|worries|matter|more|one|pas|luck|clue|rush|hurry|offen[cs]e|wonder|doubt|question|answer|result|output|error|change|difference|it\b|that|this|the\b|we\b|i\b|you\b)\p{L}+(?:s\b| \S).{3,}/u,
      /\b(?:is|are) (?:my|our|the) (?:hard |absolute |upper |lower )?(?:limit|maximum|minimum|max|min|cap|budget|target|deadline|goal)\b/,
      /\b(?:budget|deadline|scope|limit|quota|target)s?\b.{0,20}\b(?:got|was|were|has been|is|are) (?:cut|raised|lowered|reduced|extended|moved|set|fixed)\b/,
      /^(?!i |we |you |it |this |that |they |she |he )(?:[^\s,]+ ){1,5}(?:don't|do not|doesn't|does not) (?:get|have|need|go into|contain|include|belong|change|carry|count|apply)\b/,
      /\brule (?:is|since)\b|\bthat is our rule\b|\brule is simple\b|\b(?:non|not) negotiable\b/,
      /^(?:max|min|maximum|minimum|at most|at least|up to|no more than|not more than|less than|under|below)\b.{0,40}(?:\d|\b(?:one|two|three|four|five|six|no)\b)/,
      /^(?:keep|limit|cap|hold|restrict) .{3,60} (?:below|under|above|within|to (?:at most|\d)|at most|less than|at (?:or )?)\b/,
      /^(?:make sure|ensure|be sure)(?: that)? .{3,80} (?:never|always|stays?|at most|at least|below|under|within|no more than)\b/,
      /^[\p{L}\p{N}_./+`-]+(?: [\p{L}\p{N}_./+`-]+){0,5} (?:(?:for|in|on) (?:all|every|each)|for everything|everywhere|across the board|throughout)\b|^[\p{L}\p{N}_./+-]+(?:[ ,]+(?:and )?[\p{L}\p{N}_./+-]+){0,5} only\b/u,
      /\b(?:due (?:on|by|date)|by the end of|no later than|not later than|not before|not until|expires (?:on|in)|valid until|until further notice)\b/,
    ],
    none: [
      /\btoo\.?$|\b(?:has|have) to \w+ first\.?$|^only (?:if|when|because)\b|^no .{0,40}\b(?:since|yet|so far|today|this (?:morning|week)|any ?more|in the (?:log|output))\b|^(?:\w+, )?(?:it|this|that) needs\b|\bthe user (?:must|has to|needs)\b|\balways (?:been|the same)\b/,
      /\b(?:i|you|tu|je) (?:really |just |always |also )?(?:must|have to|need to|needs to|should|never|always|only|can't|cannot)\b/,
      /\bnever (?:worked|did|had|got|was|were|happened|seen|heard|held|mind|ending|ever)\b|\balways (?:say|said|do that|forget|fun|nice|happens)\b/,
      /\bwe (?:need|have) to (?:talk|look|check|find|think|discuss|fix|add|make|do|see|wait|refactor|rewrite|clean|change|update|investigate|figure|sort|decide|ask|test|write|get|redo|debug|move|merge|release|rename|remove|start|finish|review)\b|\bneeds? (?:(?:a|some|more) )?(?:look|help|fix|rebase|review|refactor\w*|cleanup|work|love|update|restart|reboot|coffee|sleep|time)\b/,
      /\bi (?:do not|don't)\b|\b(?:have|has) to (?:do with|wait|admit|say)\b|\bneeds? to (?:change|be (?:fixed|updated|changed|renamed|rebased|reviewed|cleaned|removed|merged|moved|redone|rewritten|refactored|done|checked))\b/,
      /^(?:this|that|the|these) (?:pr|mr|function|method|class|component|test|file|branch|commit|line|loop|variable|script|module|ticket|button|regex|query|code) (?:must|has to|needs?|have to|should|is)\b/,
      /\b(?:can't|cant|cannot|can not) (?:possibly |really )?(?:explain|find|reproduce|tell|figure|remember|see|understand|believe|wait|decide|imagine|seem|get (?:in|it|past|the|rid)|be (?:right|true|it|the|that|why|happening|serious))\b/,
      /^(?:it|this|that|he|she|there) (?!must|has to|needs to|may|shall|cannot|can't)\w+ .*\b(?:for|in|on) (?:all|every|each)\b/,
      /^(?:must|has to|have to|needs to) be (?:some|a|an|the|my|because|something)\b|^my take\b|\bwhoever\b|\b(?:as always|like always)\b|\bup to you\b/,
    ],
  },
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
      /\b(?:happens?|goes?|go|lives?|live|runs?|run) (?:only|every|to the|on|in|from|through|next to|into|under|at)\b/,
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
      /\b(?:today|so far|at the moment|has been \w+ing|have been|previous run|the example|right now|this time|tests?|lines? of code|files? changed|steps?|left|px off)\b|(?<!from )\bnow[,.!]|\bnow$|^(?:note|todo|fixme|question|step|part|day|time|eta|update|status|news|progress|results?|feedback)\b/,
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
      /\b(?:lab|office|factory|clean ?room|workshop|site) is closed\b/,
    ],
    none: [
      /\b(?:new ones|it|them|this|that|her|him|me|us|you)[.!]?$/,
      /\b(?:is|are) (?:now |all |already |too |very |quite |really |pretty |a bit )*(?:done(?! (?:in|by|with|on|at|via))|high|low|ok|okay|fine|good|bad|off|nice|great|important|right|correct|visible|unknown|unclear|ready|finished|complete|true|false)\b/,
      /\b(?:again|today(?! \w+ is)|one is|mockup|here|first|problem|reason|question|idea|joke|pain|issue|at the moment|right now|progress|way (?:to|too)|nightmare|waste|disaster|miracle|mystery|shame|pity|lie|gem|beast)\b/,
    ],
    firm: false,
  },
};
