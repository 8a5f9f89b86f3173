import { cue } from './cue.ts';

const COMMANDS =
  "add|adapt|adjust|align|analy[sz]e|answer|append|apply|archive|ask|assign|benchmark|build|bump|calculate|call|cancel|change|check|clean|clear|close|collect|comment|commit|compare|compile|complete|compute|configure|connect|continue|convert|copy|correct|count|create|cut|debug|define|delete|deploy|describe|disable|do|document|don't|dont|do not|double[- ]check|download|draft|draw|drop|dump|edit|enable|estimate|evaluate|explain|export|extend|extract|fetch|figure out|fill|find|finish|fix|flash|focus|format|generate|get|give|go|grep|group|handle|help|ignore|implement|import|improve|include|increase|initiali[sz]e|insert|inspect|install|introduce|investigate|join|jump|keep|kill|leave|limit|list|load|log|look|lower|make|mark|measure|mention|merge|migrate|mock|modify|move|open|optimi[sz]e|parse|paste|pick|plan|plot|polish|prepare|print|propose|provide|publish|pull|push|put|query|raise|re-?run|read|rebase|rebuild|redo|reduce|refactor|refit|register|release|remind|remove|rename|reorder|replace|reply|report|reproduce|rerun|reset|resolve|restart|restore|return|reuse|revert|review|rewrite|run|save|scan|schedule|search|select|send|separate(?! (?:matter|topic|thing|issue|note|point))|set|shorten|show|simplify|simulate|sketch|skip|solve|sort|split|squash|start|stop|store|suggest|summari[sz]e|swap|switch|sync|tag|take|tell|test|think|trace|translate|try|tune|turn|undo|uninstall|update|upgrade|upload|use|validate|verify|wait|walk me|wire|wrap|write|affiche|ajoute|analyse|arrête|calcule|change|cherche|compare|convertis|corrige|crée|décris|déplace|documente|donne|écris|enlève|envoie|explique|fais|garde|génère|implémente|lance|laisse|lis|liste|mets|modifie|montre|ne|nettoie|oublie|ouvre|passe|prépare|propose|regarde|relance|relis|remplace|renomme|résume|retire|supprime|teste|trace|traduis|trouve|utilise|va|vérifie|mach|ändere|erstelle|prüfe|zeig|schreib|füge|lösche|benenne|erklär|antworte|teste|baue|korrigiere|lass|nimm|öffne|starte|such|vergleiche|sortier|sortiere|bau|rechne|lad|lade|häng|hänge|kopier|kopiere|generier|generiere|exportier|exportiere|importier|importiere|formatier|formatiere|leg|stell|stelle|setz|setze|dreh|zieh|nenn|nenne|ersetz|ersetze|entfern|entferne|kürz|kürze|fass|fasse|dokumentier|dokumentiere|kommentier|kommentiere|verschieb|verschiebe|installier|aktualisier|aktualisiere|analysier|analysiere|berechne|plotte|zeichne|druck|drucke|gib|hol|hilf|guck|schick|schicke|sag|stopp|trie|filtre|dessine|rajoute|enregistre|installe|copie|colle|réécris|refais|raccourcis|prends|sors|réduis|augmente|fusionne|pousse|déploie|redémarre|recommence|arrondis|exporte|importe|formate|traite|détaille|complète|gimme|lemme|brainstorm|bring|choose|cite|colou?r|crop|decode|detect|diff|encode|enumerate|expand|flip|fork|grab|highlight|hook|hunt|index|inline|invert|label|map|normali[sz]e|outline|pack|pause|pin|port|profile|redraw|regenerate|render|repeat|reshape|resume|rotate|round|scale|shift|shrink|sum|tabulate|tidy|tighten|trim|unpack|visuali[sz]e|wipe|zip|zoom|annotate|approximate|average|bisect|blur|centre|center|condense|crunch|decimate|deduplicate|derive|detrend|differentiate|digitise|digitize|discreti[sz]e|elaborate|factor out|fit|interpolate|integrate|lineari[sz]e|mask|memori[sz]e|overlay|paraphrase|proofread|recalculate|recap|recheck|recompile|recompute|reconnect|reconstruct|reload|remeasure|renumber|reorgani[sz]e|rephrase|resample|resend|restructure|retest|retry|reword|sanity[- ]check|sharpen|smooth|solder|strip|subtract|superimpose|sweep|toggle|transcribe|transpose|typeset|widen";
const POLITE =
  "please |pls |plz |here |there |now |then |next |and |also |just |ok |so |go and |go ahead and |quickly |first |puis |maintenant |ensuite |bitte |hey |alright |well |kindly |simply |gently |maybe |still |but |(?:first|second|third|fourth|fifth|firstly|secondly|thirdly|lastly|finally|next|then|also|after that|once done|when done|meanwhile|afterwards|d'abord|ensuite|enfin|après|zuerst|zuletzt|dann|danach)[,:]? |[1-9][.)] ";
const COMMAND = new RegExp(
  `^(?:${POLITE})*(?:${COMMANDS})(?![\\p{L}'’-])(?! (?:is|are|was|has|have|times?|est|sont)(?![\\p{L}]))`,
  'iu',
);
/** Verbs that are as often the first word of a noun: "build artefacts are kept", "report format is PDF". */
const NOUNISH =
  /^(?:add-?on|build|call|change|comment|commit|copy|cut|display|document|draft|export|file|filter|format|import|keep-?alive|list|load|log|measure|merge|order|plan|plot|print|query|release|report|return|review|scan|schedule|search|set|sketch|sort|split|start|stop|store|switch|sync|tag|test|trace|turn|update|upgrade|use|wire|answer|cache|backup|deploy|handle|mock|open|parse|read|write|push|pull|average|fit|mask|sweep)\b(?! (?:an?|the|me|us|my|your|this|that|it)\b)(?: [\p{L}\p{N}_-]+){1,3}? (?:is|are|has|have|must|stays?|goes|go|runs?|lives?|cannot|can't|will|needs?|requires?|may|shall|takes?|happens?|costs?)\b/u;

/** Requests in the other forms in which people put them to somebody. */
const REQUESTS =
  /^(?:(?:please|pls|ok|so|and|also|then|now|next|hey|well|but|maybe|perhaps|quick one|(?:first|second|third|fourth|lastly|finally|another|one more)(?: thing)?|alors|bon|et|puis|sinon|ensuite|und|dann|also|so)[,:.]? )*(?:(?:can|could|would|will|won't|wouldn't) (?:you|u)(?! ever)\b|would (?:it be possible|you mind)|(?:may|might|can) i (?:ask|trouble|bother|have)|i(?:'d| would| must| have to)? (?:ask|beg|kindly ask) you|be so (?:kind|good)|do me a favou?r|mind \p{L}+ing|feel free to|help me|have a look|take a look|your (?:task|job|mission) (?:is|:)|i(?:'d| would) (?:be (?:glad|grateful|happy|thankful) (?:for|if)|appreciate (?:a|an|some|if you could))|(?:i )?(?:need|want|looking for|would need|could use) (?:you to|an?|another|some)\b(?! (?:approval|sign-?off|permit))|je cherche (?:un|une)|\p{L}+(?:e|s|ds|ts|ez|is|ns)-(?:moi|nous|lui|leur|le|la|les|toi)(?!\p{L})|veuillez|merci de|(?:est-ce que )?(?:tu|vous) (?:peux|pouvez|pourrais|pourriez|veux|voudrais)(?: bien)?(?!\p{L})|(?:peux|pourrais|veux|voudrais)-tu|(?:pouvez|pourriez|voulez)-vous|(?:il me faut|j'ai besoin|j'aurais besoin|je voudrais|j'aimerais) (?:de |d'|que tu |que vous |un|une|le|la|les|des)|(?:kannst|könntest|würdest|magst) du|(?:können|könnten|würden) sie|ich (?:brauche|bräuchte|hätte gern) (?:ein|eine|einen|das|die|den|noch|bitte|mal)(?!\p{L})|sei so (?:gut|nett|lieb)|\p{L}{3,}(?:e|t|en sie)? (?:mir|uns|ihm|mal|doch|bitte)(?!\p{L})(?! (?:ist|sind|war|hat)))/u;

/** One thing is to be made: whatever must always hold is a property of it. */
const MAKES_ONE =
  /^(?:\S+ ){0,2}?(?:write|make|give|show|add|create|build|draw|include|implement|design|generate|code|schreib|bau|mach|erstell|gib|programmier|écris|fais|crée|donne|code)(?:e|ez)?(?:-moi|-nous)? (?:(?:me|us|up|in|mir|uns|nous) )?(?:an?|one|another|un|une|ein|eine|einen)(?!\p{L})/u;
const EVERY_TIME =
  /\b(?:from now on|from here on|every time|each time|when(?:ever)? i|in (?:the )?future|going forward|by default|as a rule|always (?:write|make|give|show|add|include)|for (?:every|each|all)|in (?:every|each|all)|unless i)\b/;

/** A one-off command and a rule for every day begin alike; these words make the rule. */
const LASTING = cue(
  'always|never|ever|even (?:if|when) i|in (?:everything|anything|any|whatever) (?:you|text|code|file|mail|document|answer|reply|commit|plot)\\p{L}*|before \\p{L}+ing anything|with me|même (?:si|quand) je?|auch wenn ich|from now on|from here on|every time|any ?more|in (?:the )?future|going forward|in general|as a rule|house rule|project rule|by default|when(?:ever)? i|each time|unless i|without asking|for \\w+ only|in new code|for all|for every|for each|in all|in every|in each|everywhere|throughout|in this (?:repo|repository|project|codebase|code base)|toujours|jamais|désormais|dorénavant|à partir de maintenant|par défaut|à chaque fois|chaque fois que|partout|immer|niemals|ab sofort|ab jetzt|überall|grundsätzlich',
);

/** Verbs of how to work; `add a check that x is never above 5` is one act in spite of its `never`. */
const LASTING_START =
  /^(?:pl(?:ease|s|z) |bitte )?(?:don't|dont|do not|never|call|go|skip|address|avoid|leave|treat|speak|spell|use|write|answer|reply|give|keep|call|put|make|ask|stop|store|test|tag|merge|prefer|format|name|prefix|round|cite|log|document|wrap|commit|start|include|mention|explain|limit|run|ne|utilise|écris|donne|mets|fais|réponds|garde|nomme|teste|arrête|schreib|nimm|antworte|mach)(?!\p{L})/u;

/** Prohibitions of a kind of act rather than of one act: "don't use mocks", "stop adding comments". */
const GENERIC_BAN =
  /^(?:pl(?:ease|s|z) )?(?:(?:don't|dont|do not) (?:use|add|write|suggest|propose|commit|push|mock|log|hard-?code|invent|assume|apologi[sz]e|mix|abbreviate|translate|repeat|start (?:with|your)|import|store|send|reformat) (?:any )?(?!this|that|it\b|the\b|these|those|anything|a\b|an\b|yet|me\b|them|to\b)[\p{L}-]+(?:[.,!]|$| (?:in|for|to|at|when|unless|on|here|please|its?|with|as|over|and|or|[\p{L}-]+s)\b)|(?:ne|n')\s?\p{L}+ (?:pas|plus|jamais) (?:de |d')\p{L}+|(?:stop|avoid|quit) \p{L}+ing (?!this|that|it\b|the\b|now))/u;
const ONE_OFF =
  /\b(?:yet|right now|this time|for now|today|in (?:this|the (?:first|second|third|last|next)) \w+|in (?:that|line)|until|before we|the (?:first|second|third|last) )\b/;
/** Bounds and prohibitions of lasting things, in the imperative: "keep the heap below 2 GB", "never touch sector 7". */
const BOUND =
  /^(?:keep|limit|cap|hold|restrict) .{3,60}(?:\bbelow\b|\bunder\b|\babove\b|\bwithin\b|to at most|to \d|at most|less than) .*\d|^(?:make sure|ensure)(?: that)? .{3,80}(?:never|always|stays?|at most|at least|below|under|no more than)\b.*|^(?:leave|reserve|allow|keep|plan|use|allocate) (?:at least|at most|no more than|a minimum of|up to) |^(?:add|save|store|keep) (?:this )?(?:to|in) (?:your )?memory\b/;

/** Whether a statement asks for one act now; a lasting rule ("never …", "… without asking") is none. */
export function isCommand(statement: string): boolean {
  // What follows a colon are particulars of what is wanted: "make a fixture: a customer who always pays late".
  const head = statement.split(/:\s/, 1)[0]!;
  if (MAKES_ONE.test(statement) && (COMMAND.test(statement) || REQUESTS.test(statement)) && !NOUNISH.test(statement))
    return !EVERY_TIME.test(head);
  if (REQUESTS.test(statement)) return !LASTING.test(statement) || ONE_OFF.test(statement);
  if (!COMMAND.test(statement) || NOUNISH.test(statement)) return false;
  if (LASTING.test(head) && LASTING_START.test(statement)) return ONE_OFF.test(statement);
  if (GENERIC_BAN.test(statement) || BOUND.test(statement)) return ONE_OFF.test(statement);
  return true;
}

const TRAILING_COMMAND = new RegExp(
  `[,;:–—-] (?:please |pls |plz |just |so |and |then |now )*(?!ask (?:her|him|them|me)\\b|don't|dont|do not|ne )(?:${COMMANDS})(?![\\p{L}'’-])(?! (?:is|are|was|has))`,
  'iu',
);

/** Whether a statement ends in a request ("…, look at the log"): then it mostly tells of something that is passing. */
export function endsInCommand(statement: string): boolean {
  return TRAILING_COMMAND.test(statement);
}

const REPAIR =
  /[,;:–—-] (?:please |pls |plz |so |and |then )*(?:fix|correct|debug|investigate|check|look|repair|clean|sort|find|why|help|corrige|répare|vérifie|regarde|nettoie|prüf\p{L}*|schau|korrigiere?)(?!\p{L})/iu;

/** Whether a statement ends in the wish to have it mended: then what it tells is a fault. */
export function endsInRepair(statement: string): boolean {
  return REPAIR.test(statement);
}

const REQUEST = new RegExp(
  `[,;.!:–—-]*\\s(?:[-–—]\\s)?(?:and |so |then |now |also |but )*(?:(?:can|could|would|will|kannst|könntest) (?:you|u|du)\\b|(?:tu peux|peux-tu|pourrais-tu|tu pourrais)(?!\\p{L})|(?:please|pls|plz|bitte|stp)[, ]+(?:${COMMANDS})(?![\\p{L}'’-])|(?:so|then|and) (?:please |pls )?(?:update|adapt|adjust|fix|change|rename|rewrite|redo|replace|convert|refactor|remove)\\b).*$`,
  'isu',
);

/** The part of a sentence before the request that it ends with, and whether there was one. */
export function cutRequest(sentence: string): string {
  const cut = sentence.replace(REQUEST, '');
  return cut.split(/\s+/).length >= 3 ? cut : sentence;
}
