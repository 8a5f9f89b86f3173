import { cue } from './cue.ts';
import { FOREIGN } from './extract-foreign.ts';
import { DECIDED } from './lexicon.ts';
import type { SkipReason } from './turn.ts';

/** Why a statement was not taken. */
export type DropReason =
  | 'question'
  | 'hypothetical'
  | 'uncertain'
  | 'undecided'
  | 'past'
  | 'wish'
  | 'sarcasm'
  | 'reported'
  | 'quote'
  | 'code'
  | 'log'
  | 'instruction'
  | 'passing'
  | 'withdrawn'
  | 'no_rule'
  | 'no_content'
  | 'slight'
  | 'explanation'
  | 'restatement'
  | 'too_short'
  | 'too_long'
  | 'repeated'
  | 'cap'
  | 'unconfirmed'
  | SkipReason;

/** An objection against a statement, whatever rule it fits. */
export interface Rejection {
  reason: DropReason;
  pattern: RegExp;
  /** It reads the whole statement, also what is given as the reason of the main clause. */
  whole?: boolean;
  /** It yields to a firm rule: a decision stays one although it names a slow machine. */
  weak?: boolean;
  /** It yields to these words. */
  unless?: RegExp;
}

const DOCUMENTS =
  '(?:documentation|docs?|manual|wiki|blog|forum|article|page|ticket|issue|readme|handbook|plan|summary|notes?|minutes|log|datasheet|data sheet|spec|specs|specification|standard|norm|paper|book|contract|rfp|rfc|adr|e-?mail|mail|letter|comment|post|tutorial|changelog|release notes|guide|guideline|policy|report|slide|slides|website|brochure|app note|license|licence|error|message|mockup|template|story|api reference|internet|reddit|stack ?overflow|chat ?gpt|gpt|copilot|llm|model|agent|assistant|bot|linter|compiler|manufacturer|vendor|supplier)';
const REPORTING =
  '(?:says?|said|saying|claims?|claimed|tells?|told|wrote|writes|states?|stated|recommends?|recommended|suggests?|suggested|reads|mentions?|mentioned|argues?|argued|insists? that|thinks?|thought|believes?|believed|reckons?|proposes?|proposed|advises?|advised|promises? that|warns?|warned|swears?|swore|lied|quoted|notes that|reports? that|announced|explained|asks? (?:whether|if|for me)|asked|hears?|heard|wonders?|wants? (?:us|me) to|would like us|wanted)';

/** In order: the first that fits names the reason. They read a statement in lower case with long quotations blanked. */
const REJECTIONS: readonly Rejection[] = [
  {
    reason: 'wish',
    pattern: cue(
      "(?:it )?(?:would|'d) be (?:nice|cool|great|good|handy|better|ideal|lovely|helpful|awesome)|if only|i wish|i'd love|would love|some ?day|one day(?! (?:in|after|before|a|per|of|to|for))|eventually|ideally|j'aimerais(?: bien)?|si seulement|un jour|wäre (?:schön|toll|gut|cool)|irgendwann",
    ),
  },
  {
    reason: 'hypothetical',
    pattern: cue(
      "what if|suppos(?:e|ing)|assum(?:e|ing)|imagin(?:e|ing|ons)|hypothetical(?:ly)?|theoretically|in theory|say we|let's say|lets say|let us assume|were to|thought experiment|as an example|als beispiel|comme exemple|if (?:we|i|it|the \\w+|you|one|they|someone) (?:were|had|moved|used|went|took|chose|switched|said|did|could|would|wanted|decided|decide|ever)|could (?:perhaps|be|have|help|also|just|even|always)|(?:we|i|you|one|it|they) (?:could|might|may want|may need)|might|supposons|imaginons|admettons|si (?:on|nous|j'|le|la|les) ?\\w+(?:ait|ions|aient)|on pourrait|(?:ça|cela) (?:serait|pourrait)|serait|seraient|faudrait|devrait|pourrait|pourrions|aurait|angenommen|könnten?|würden?|wäre|(?<!ich )hätten?|falls wir",
    ),
    unless: /\bmight not exceed\b|\bassume nothing\b|\b(?:never|don't|not) assume\b|\bi(?:'d| would) appreciate\b/,
  },
  {
    reason: 'hypothetical',
    pattern:
      /\bwould(?:n't)?\b(?! (?:rather|prefer|like (?:every|all|each|the|my|your|short|long|plots|reports|answers)))|\b(?:it|that|this|we|they|he|she)'d (?:be|have|need|get|use|take|make|give)\b/,
    unless: new RegExp(`\\b(?:${DECIDED}|appreciate)\\b`),
  },
  {
    reason: 'hypothetical',
    pattern:
      /\bto reproduce\b|^(?:for example|for instance|e\.g\.|in (?:the|this) example|to reproduce|steps? \d|par exemple|zum beispiel|picture this|in an ideal world)/,
  },
  {
    reason: 'hypothetical',
    pattern:
      /^(?:and |but |so |et |mais |or |ok )?(?:if|unless|si|s'il|wenn|falls) (?!not\b|te plaît|in doubt|i (?:ask|say|paste|write|send|give)|you (?:change|add|propose|suggest|touch|edit|write|find|see|notice|need|rename|delete|move|run|hit|are (?:unsure|not sure))|(?:an?|any|the) .{3,60}\b(?:tell|ask|warn|ping|notify) me\b|je (?:te |vous )?(?:demande|dis|pose|colle))/,
    unless:
      /^if (?:the|a|an|any) (?!.*\b(?:would|could|might|i|we|you|we're|i'm|you're|please)\b).*\d|^(?!.*\b(?:we|i|you) (?:go|take|use|switch|move|choose|add|do|want|need|get|increase|change|make|run|set)\b[^,]*,).*\b(?:must|shall|never|has to|have to|always|is required|not allowed|muss|darf nicht|doit|ne doit)\b/,
  },
  {
    reason: 'uncertain',
    pattern: cue(
      "(?:i|we) (?:think|guess|believe|suppose|assume|wonder|suspect|doubt|figure|imagine|am guessing|reckon|feel like)|i'm (?:guessing|leaning|wondering|tempted|thinking|considering|torn)|i was (?:thinking|wondering|considering|tempted)|not (?:yet |entirely |really |so |100% |quite )?(?:sure|certain|convinced)|unsure|unclear|unverified|couldn't verify|to be verified|maybe|perhaps|probably|possibly|presumably|supposedly|dunno|don't know(?= (?:if|why|what|how|where|whether|which|who|when|yet|about)|[.,;]|$)|no clue|don't (?:remember|buy|recall)|can't (?:remember|recall)|no idea|my guess|seems?|seemingly|looks? like|sounds? like|feels like|apparently|likely|let me (?:think|sleep)|leaning towards?|at some point|who knows|as far as i (?:know|remember|can tell)|afaik|iirc|if i (?:remember|recall)|idk|or so|wondering (?:if|whether|how|why|what)|curious (?:if|how|whether|why)|gut feeling|hunch|kann (?:gut |auch )?sein,? dass|(?:could|may) (?:well )?be that|il se peut|ça se peut|(?:nobody|no one|personne|niemand) (?:really )?(?:knows|understands|remembers|ne sait|weiß)|sounds (?:\\p{L}+)|if i(?:'m| am) not mistaken|unless i(?:'m| am) mistaken|should be (?:around|about|roughly|something|somewhere|ok|fine|enough)|(?:müsste|dürfte|sollte|müssten|dürften|sollten) (?:so )?(?:um|bei|etwa|ungefähr|circa|ca|passen|reichen|gehen)|on doit être|ça doit (?:être|faire)|give or take|pretty sure|fairly sure|fairly certain|presque sûre?|ziemlich sicher|educated guess|from memory|i(?:'d| would) (?:say|guess|bet)|i bet|bet you|if memory serves|ballpark|kind of|kinda|sort of|something like|or thereabouts|chances are|don't quote me|take (?:it|this|that) with a grain|(?:needs?|have|has|must) to be (?:checked|verified|confirmed|double-checked)|(?:still )?to be checked|(?:haven't|not|never) (?:yet )?(?:checked|verified|confirmed|measured|tested|double-checked)|untested|unconfirmed|could be wrong|may be wrong|i recall|soweit ich weiß|meines wissens|wenn ich mich (?:recht|richtig)|ich (?:glaub|denk|schätze|meine mich|tippe|frage mich)|glaub(?:e)? ich|denk(?:e)? ich|aus dem kopf|weiß nicht|k\\.?a\\.|ungeprüft|muss ich (?:noch )?prüfen|(?:j'|j)?(?:pense|crois) que|j'?crois|j'?pense|chais pas|sais pas|si je me souviens|sauf erreur|de mémoire|à vérifier|à confirmer|faut (?:que je )?v[ée]rifier|je dirais|au pif|à la louche|more or less|roughly speaking|in my opinion|imo|imho|i (?:vote|would vote) for|peut-être|je (?:crois|pense|suppose|doute|me demande)|il me semble|pas (?:sûre?|certaine?)|sans doute|probablement|il paraît|on dirait|à mon avis|j'hésite|vielleicht|wahrscheinlich|vermutlich|ich (?:glaube|denke|vermute)|keine ahnung|nicht sicher|eventuell|womöglich",
    ),
    unless: /\b(?:is|are) (?:un)?likely to\b|\bi think i've decided\b/,
  },
  {
    reason: 'uncertain',
    pattern:
      /^(?:it|that|this) must (?:be|have been) |, what else|\bmust have (?:been|\w+ed|got|gone)\b|^i (?:always|keep) (?:forget|mixing)|\bthere (?:must|has to|have to) be\b|^(?:this|it|that) has to be\b|\b(?:answer|reason|cause|problem|culprit) (?:must|has to) be\b|^must be (?:some|a|an|the|my|because)\b|\bmust be (?:something|somewhere|someone|kidding|joking|a (?:bug|typo|mistake|joke))\b/,
  },
  {
    reason: 'undecided',
    pattern: cue(
      "(?:not|haven't|hasn't|isn't|aren't|wasn't|never|nothing|nobody|no one|yet to|didn't|cannot|can't|don't|rien|pas encore|toujours pas|noch nicht) (?:\\S+ ){0,3}?(?:decided?|agreed?|chosen|choose|settled?|signed(?: off)?|approved|finali[sz]ed|picked|decide on|commit to|committed|final|décidé|tranché|choisi|validé|entschieden|beschlossen|festgelegt)|no (?:final )?decision|undecided|up for (?:debate|discussion)|under (?:discussion|review|consideration)|tb[dca]|to be (?:decided|determined|discussed|defined|confirmed)|open (?:question|point)|up in the air|(?:is|are|still) (?:pending|open)|still (?:open|discussing|debating|thinking|considering|evaluating|deciding|weighing|comparing|looking|choosing|arguing|waiting|hesitating|torn)|(?:we're|we are|i'm|i am|been|currently|are) (?:considering|contemplating|toying|thinking (?:about|of)|evaluating|weighing|debating|exploring|looking (?:at|into)|comparing|discussing|planning|hoping|trying|hesitating|tempted)|(?:plan|plans|planning|intend|intends|hope|hoping|aim|(?<!i )want) to (?:use|switch|move|migrate|go|try|ship|replace|adopt|drop|build|add|evaluate|see|look)|(?:the|our|my|current) plan (?:is|was)|(?:one|another|the other|an) (?:option|idea|possibility|alternative|approach) (?:is|would|could)|option [a-z1-9] (?:is|would|could)|alternatively|how about|tentative(?:ly)?|provisional(?:ly)?|for discussion|we'll see|we will see|remains to be seen|on verra|à voir|à discuter|à décider|(?:it|that|this) depends|depending on|toss-?up|50\\/50|(?:just |only |merely )(?:a|an) (?:proposal|idea|suggestion|thought)|i suggest|i propose|je propose|je suggère|on (?:hésite|réfléchit|envisage)|nous (?:hésitons|envisageons|réfléchissons)|wir überlegen|zu klären|mal sehen",
    ),
    unless:
      /\b(?:approved the proposal|instead of the proposal|not (?:negotiable|optional))\b|^(?:ok |okay |so )?not using\b/,
  },
  {
    reason: 'undecided',
    pattern:
      /\b(?:we|i|you|one|somebody|someone|they) (?:really |probably |also |just )?(?:should|ought to)\b(?! (?:always|never))|\b(?:almost|nearly) (?:went|chose|picked|decided|used|switched|took)\b|\bwe (?:also )?(?:considered|discussed|looked at|looked into|talked about|evaluated|tried|debated|thought about)\b(?!.*\b(?:but|and|so|then|decided|chose|went|rejected|dropped)\b)|^(?:(?:the|a|an|my|his|her|their|one|new|another) )?(?:idea|proposal|suggestion|option [a-z\d]|question|todo|draft|brainstorm)\b.{0,40}:|^(?:one|another|an?|the (?:first|second|other)|first|second|other|next|two|three|four|some|several|a few|\d|deux|trois|zwei|drei) (?:options|possibilities|alternatives|ideas|approaches|variants|ways|proposals|candidates|pistes|idées|ideen|varianten|option|possibility|alternative|idea|approach|variant|way)\b|^(?:the|a|an|my|his|her|their|one) (?:idea|proposal|suggestion) (?:is|was)\b/,
    unless: /\b(?:i like it|take it|approved|accepted)\b/,
  },
  {
    reason: 'past',
    pattern:
      /\b(?:we|i|they|it) used to\b|\bused to (?:be|have|use|run|live)\b|\bback (?:in (?:\d{4}|the day|my|january|february|march|april|may|june|july|august|september|october|november|december|school|uni\w*|college)|then|when)\b|\bin my (?:last|previous|old|former) (?:job|company|team|project)\b|\b(?:at|in) my (?:old|last|former|previous) \w+\b|\bin the old days\b|\b(?:previously|formerly|originally|initially|once upon)\b|\bat (?:first|the time)\b|\b(?:had|'d) (?:planned|decided|agreed|wanted|chosen|hoped|thought|been going to|intended|considered)\b|\b(?:was|were) (?:going|about|supposed|meant) to\b|\bthe (?:original|initial|old|first|previous|earlier) (?:plan|idea|decision|rule|version|spec|design|setup|approach)\b|\bon avait (?:dit|décidé|prévu|pensé|choisi|convenu)\b|\b(?:à l'époque|au début|initialement|avant,? on|früher|damals|ursprünglich)\b|\bin (?:19[89]\d|20[01]\d|202[0-4]),? (?:we|i|they)\b|\b(?:we|i|they) .{2,40} in (?:19[89]\d|20[01]\d|202[0-4])\b/,
    unless:
      /\b(?:but|now|no longer|dropped|instead|any ?more|then|replaced|mais|maintenant|plus|finalement|en fait|aber|jetzt|correction|actually|wrong|not the)\b/,
  },
  {
    // The French imperfect tells of what was.
    reason: 'past',
    pattern: /(?<!\p{L})(?:(?:on|nous|ils|je|j') ?(?!w?ait)\p{L}+(?:ait|aient|ais)|nous \p{L}+ions)(?!\p{L})/u,
    unless: /(?<!\p{L})(?:mais|maintenant|désormais|plus|finalement|sais|fais|vais|connais)(?!\p{L})/u,
  },
  {
    reason: 'sarcasm',
    whole: true,
    pattern:
      /^of course,? (?:it|that|this|they|he|she|there)(?:'s| is|'re| are)\b|^(?:(?:oh )?sure,|sure, let|great[,.!]|wow\b|fantastic\b|brilliant[,.!]|yeah,? (?:right|sure)|oh (?:great|joy|good|nice|wonderful|perfect|yes|brilliant)|super,|bravo|génial|of course,? because|because (?:who|obviously|clearly)|lovely[,.!]|just what i needed|(?:na )?toll[,.!]|prima[,.!])|\blol\b|\bl+m+f*ao\b|\brofl\b|\b(?:ha){2,}\b|\bha,? ha\b|\bhehe\b|(?:^|\s)\/s\b|\b(?:just )?kidding\b|\bjk(?=[\s,.!)]*$)|\bjoking\b|, sure\.?$|what a surprise|as if (?:anyone|anybody)|quel(?:le)? (?:bonheur|surprise|joie)|nonsense, obviously|duct tape|comme par hasard|\bclearly a genius\b|^(?:fantastic|great|brilliant|lovely) (?:plan|machine|idea)|[;:]-?\)\s*$|[😂🤣😅🙄😜😉😆]|\bwhat could (?:possibly )?go wrong\b|\bwho needs\b|\b(?:i )?(?:just )?love it when\b|\bbecause (?:that|this) (?:always|never) (?:works|ends)|\bcarrier pigeons?\b|\bmdr\b|\bblague\b|\bthank god for\b/u,
  },
  {
    reason: 'reported',
    pattern: new RegExp(
      `(?<![\\p{L}\\p{N}_'])(?!(?:i|we|you|and|to|that|this|as|having|like|have|has|just|already|also|be|will|clearly|which|requirements?|not|don't|never|please|must|should|can|cannot|may|or|do|would|could|are|is|never|only|on|the|a|an|in|of|by|for|with|was|were|been|some|any|more|second|much|after|further|ever|food for)\\b)[\\p{L}\\p{N}'-]+ (?:also |just |always |once |now |explicitly |clearly |has |have |had |keeps? |still )?${REPORTING}(?![\\p{L}\\p{N}_])(?! (?:rate|machine|variable|space|table|file|diagram)s?\\b)(?<!(?:meter|scales?|scope|logger|thermometer|gauge|calipers?|profiler|benchmark|analy[sz]er|multimeter|balance|stopwatch|wattmeter) \\p{L}{3,8})|\\b${DOCUMENTS}(?:'s \\w+)? (?:\\S+ ){0,3}?(?:says?|said|claims?|states?|reads|mentions?|recommends?|suggests?|describes?|lists|gives|calls for|wants|shows)\\b|(?:says|said|states|claims|reads): ?‹|(?:they|people|folks|someone|somebody|everyone|everybody|he|she|guys?|colleagues?|some(?: \\p{L}+)?) (?:was|were|is|are|keeps?|kept) (?:saying|telling|claiming|suggesting|arguing|insisting)|my (?:\\p{L}+ )?(?:advisor|adviser|supervisor|boss|manager|colleague|co-?worker|room-?mate|flat-?mate|friend|wife|husband|partner|brother|sister|dad|father|mum|mom|mother|uncle|cousin|prof|professor|teacher|neighbou?r|mate|buddy|intern|student|predecessor|postdoc) (?:\\S+ )?(?:wants?|thinks?|likes?|prefers?|swears?|would|hates?|needs?|keeps?|uses?|does|did|has|had)|allegedly|reportedly|legend has it|(?:on|from) the (?:internet|web|net|forums?)|i hear|hearsay|word on the street|at the (?:trade fair|conference|meetup|pub) .*\\b(?:say|said|saying|told)|(?:papers?|study|studies|articles?|authors?|thesis|blog|video|competitors?) (?:\\S+ ){0,6}?(?:reports?|found|finds|demonstrates?|proposes?|achieves?|described?)|told (?:me|us)|(?:was|were|been|got|get) told|asked (?:whether|if|me|us)|it (?:says|said)|i (?:read|heard|saw)(?: \\S+){0,4} (?:that|on|in|about)|i(?:'ve| have) (?:read|heard|seen|been told)|as (?:stated|written|described|specified|mentioned) (?:in|by|on)|as the ${DOCUMENTS}|according to|^from the (?:mailing list|${DOCUMENTS})|(?:^|\\bper |\\bsee )(?:the )?${DOCUMENTS}(?: (?:value|figure|number|text|quote|p\\.?|pp\\.?|page|seite|§|section|sec\\.?|ch\\.?|chapter|table|fig\\.?|rev\\.?|v)\\s?[\\w.]*){0,2}(?::| is\\b)|quoting|quote from|in a (?:blog|paper|talk)|rumou?r|word is|i'?m told|supposed to be|selon|d'après|paraît-il|apparemment|soi-disant|on m'a dit|(?:on|les gens|ils) dis(?:ent|ait|aient) que|on dit que|(?:mon|ma|mes) (?:\\p{L}+ )?(?:chef|cheffe|prof|collègues?|encadrante?|directeur|directrice|pote|copain|copine|voisine?|frère|sœur|père|mère|coloc|stagiaire) (?:\\S+ )?(?:veut|veulent|dit|disent|pense|pensent|trouve|préfère|prétend|voudrait)|le (?:client|fournisseur|manuel|collègue|chef) (?:dit|a dit|a écrit|écrit|pense|prétend)|la (?:doc|norme|notice) (?:dit|indique|précise)|(?:ils|elle|il|\\p{L}+) (?:dit|disent|affirme|jure|assure|raconte|soutient|prétend|a dit|a écrit|m'a dit|pense|propose|suggère|a proposé|a suggéré) (?:que|de|d')|(?:er|sie|\\p{L}+) (?:sagt|sagte|schwört|erzählt|versichert|meint|meinte|schreibt|schrieb|behauptet)|laut \\p{L}+|gemäß (?!unser)\\p{L}+|(?:hersteller|lieferant|datenblatt|doku|wiki|norm|handbuch|anleitung) (?:gibt|sagt|nennt|schreibt|empfiehlt|behauptet|verspricht)|(?:fabricant|fournisseur|doc|notice|vendeur) (?:annonce|donne|indique|recommande|préconise|promet|prétend)|(?:left|put|has|there(?:'s| is)) (?:me )?an? (?:note|comment|message|sticker|post-?it|label|warning)\\b.*:|(?:im|in der|in den|auf der|auf dem) \\p{L}+ steht|(?:il est|c'est) (?:écrit|marqué|indiqué|précisé)|angeblich|es heißt|man sagt|hab(?:e)? gehört|gehört habe ich|mein(?:e)? (?:\\p{L}+ )?(?:chef(?:in)?|kolleg(?:e|in)|professor(?:in)?|betreuer(?:in)?|freund(?:in)?|nachbar(?:in)?|mitbewohner(?:in)?|frau|mann|bruder|schwester|vater|mutter) (?:will|sagt|meint|glaubt|findet|behauptet|möchte|schwört)`,
      'u',
    ),
    unless:
      /\b(?:i|we) (?:told|said|promised|wrote|explained|insist)\b(?! me)|\bas (?:i|we) (?:said|told)\b|^that said\b|\b(?:anything|everything|whatever|what) the \w+ (?:says|suggests|recommends|reports)\b|\bsays so\b|\b(?:obligatoire|mandatory|(?:is|are) required)\b/,
  },
  ...FOREIGN,
  // The other half of a question, or of a doubt: "or only for the old camera".
  {
    reason: 'question',
    whole: true,
    pattern:
      /^(?:or|oder|ou)(?! (?:rather|better|more precisely|plutôt|mieux|besser|eher|genauer)(?![\p{L}]))(?![\p{L}])/u,
  },
  // What it points at stands in another sentence.
  {
    reason: 'passing',
    pattern:
      /^(?:above|below|after|before|like|because of|apart from) (?:that|this|it)\b|^(?:and |but |so )?(?:that|this|these|those)(?:'s|'re| is| are| was| were| will be| makes?| gives?| helps?| works?| comes? from)\b(?! why| how we)|^(?:c'est (?!\p{L}+ qui )|das ist )[^,:;]{3,40}$/u,
  },
  {
    reason: 'quote',
    whole: true,
    pattern:
      /^[^\p{L}\p{N}]*‹[^›]*›|: ‹›\W*$|^(?:the )?error (?:message|was)|^(?:\S+ ){0,3}(?:errors?(?! (?:budget|margin|bound|rate|model|code|handling))|exception|warning|message|fehler|fehlermeldung|erreur|traceback|output|log)(?![\p{L}])[^:]{0,20}: |^(?:quote|quoting|citation|zitat|paste|pasting|pasted|excerpt|copy-paste)\b/u,
  },
  {
    reason: 'instruction',
    whole: true,
    pattern:
      /^(?:please |now |then |next[,:]? |and |also |just |s'il te plaît |stp |hey |hi |ok |so )*(?:can|could|will|would) (?:you|u)\b|, (?:why|rappelle-moi)\.?$|\bil faut que tu\b|(?<!\p{L})(?:il faut|on doit|il faudra|faut) (?:corriger|faire|regarder|vérifier|ajouter|changer|relancer|supprimer|écrire|tester|revoir|refaire|voir|mettre|finir|préparer)(?!\p{L})|\bwe (?:need|have) (?:to (?:look|check|find|think|talk|discuss|fix|add|make|do|see|wait|figure|sort|clean|refactor|rewrite|investigate|update|decide)\b|an? (?:new|better|way)\b|some\b|more\b)|\b(?:i (?:need|'d like|would like) you to (?!know\b|note\b|understand\b|remember\b|always\b|never\b|stop\b)|i want you to (?!be\b|always|never|ask|stop|keep|answer|speak|explain))|^(?:for|in|on|at|inside|under) (?:the|this|that|my) [^,.]{2,40}?,? (?:please )?(?:use|add|remove|set|put|write|make|change|create|show|replace|rename|move) (?:the|a|an|this|that)\b|^(?:peux-tu|pourrais-tu|tu peux|pouvez-vous|merci de|kannst du|könntest du|let me (?!rephrase|clarify|correct|be clear|repeat|add)|let's (?:try|see|have|look|check|use this|keep (?:going|it|in mind|an eye)|move (?:on|the|this|that)|do|start|add|run|fix|take a|continue|test|ask|wait|talk)|lets (?:try|see|have|look|check|move (?:on|the|this|that)|do|start|add|run|fix|continue|test|ask|wait)|try|next:|you decide|todo\b|fixme\b|i'd like you to|i want to (?:see|know|understand)|i need (?:a|an|the|to (?!correct)|your|some|help)|bitte (?!keine?\b|immer|nie|nicht\b))/u,
  },
  {
    reason: 'instruction',
    pattern:
      /^(?:pl(?:ease|s|z)) (?!remember that|note that|note:|keep in mind|bear in mind|be aware|consider that|always|never|don't ever|do not ever|stop|avoid|prefer|use .* (?:everywhere|for all|always)|don't|dont|do not|no\b|keep (?:your|all)|from now|call me)/,
    whole: true,
  },
  {
    reason: 'passing',
    weak: true,
    pattern: cue(
      "(?:is|are|was|were|'s|'re) (?:failing|broken|stuck|red|slow|hanging|crashing|flaky|flooded|slightly \\w+)(?: again)?|again(?: today)?[.!]?$|thanks?|thank you|good (?:job|work)|nice|ugh|takes forever|really tired|looks good|well done|bien joué|merci|est (?:cassée?|bloquée?|en panne|lente?)|nobody decided|(?:it|everything|all|that|this)(?:'s| is| was| are| were) fine|too (?:slow|long|much|many|big|late|high|low|fast)|still (?:broken|failing|not|doesn't|no luck)|never mind|for now|for the moment|at the moment|right now|(?:always|toujours) (?:the same|le même|la même|pas)|one more|hurry|no luck|in a meeting|brb|danke",
    ),
  },
  { reason: 'passing', weak: true, pattern: /\b(?:is|are|was|were) (?:down|wrong)(?: again)?[.!]?$/ },
  {
    reason: 'passing',
    weak: true,
    pattern:
      /^[^,;]*?\b(?:is|are|'m|'re|has been|have been) (?:currently |now |just |still |already )?(?!going|missing|during|string|setting|using|rating|spacing|housing|bearing|coating|nothing|everything|anything|morning|being|existing|pending|ring|spring)\p{L}{2,}ing\b(?! (?:to the|system|device))|^(?:it|this|that|they|he|she)(?:'s| is| was| works| does| doesn't| has|'re| are)\b/u,
  },
];

/** The clause that gives a reason or an exception: what it says is not stated for its own sake. */
const REASON =
  /,\s(?:way )?too\s.*$|,\s(?:it|that|this|they|he|she) (?:would|might|could)(?![\p{L}']).*$|[\s,(–—-]+(?:because|cause|for which reason|which is why|that's why|thats why|weshalb|weswegen|raison pour laquelle|c'est pourquoi|cuz|otherwise|or else|since (?:otherwise|it|we|the|that|this|they|our)|even (?:if|though)|although|though|so that|in case|as (?:otherwise|it|they|that|the|we)|given that|which (?:would|might|could)|that (?:would|might)|weil|sonst|damit|denn|car|sinon|parce qu[e']|puisqu[e']|afin|pour (?:que|éviter)|même si)(?![\p{L}\p{N}]).*$/su;

/** A statement without the clause that gives its reason; the whole when little would be left. */
export function mainClause(text: string): string {
  const main = text.replace(/\s\([^()]{1,160}\)(?=[\s.,;:!]|$)/g, '').replace(REASON, '');
  return main.split(/\s+/).length >= 4 ? main : text;
}

/** The first objection against a statement; `weak` ones count only when no firm rule took it. */
export function objectionTo(text: string, weak: boolean): DropReason | undefined {
  const main = mainClause(text);
  return REJECTIONS.find(
    ({ pattern, whole, weak: isWeak = false, unless }) =>
      isWeak === weak && pattern.test(whole ? text : main) && !unless?.test(text),
  )?.reason;
}
