/**
 * Word classes that the extraction rules share, as parts of regular expressions. They read text in lower case with
 * straight quotes.
 */

export const UNIT =
  '(?:[nµumckd]?m|microns?|nanometres?|inch|ft|mil|u|[nµum]?s|ms|sec(?:onds?|s)?|min(?:utes?|s)?|hours?|hrs?|h|days?|weeks?|months?|years?|nights?|quarters?|sprints?|[kmg]?hz|rpm|fps|[mkg]?w|wh|kwh|m?ah|[mk]?v|volts?|[mµ]?a|amps?|[mk]?ohms?|[mkgt]?ω|[nµp]?f|[nµm]?h|m?bar|psi|[mkh]?pa|[mµk]?g|lbs?|tonnes?|t|[kmµ]?n|k?nm|n·m|m?l|litres?|liters?|l\\/min|°\\s?[cf]|°|k|kelvin|degrees?|deg|arcsec|arcmin|arcseconds?|%|percent|ppm|db[mi]?|[kmgt]?i?b(?:it|yte)?s?(?:\\/s|ps)?|mbit|bits?|bytes?|baud|counts?|cores?|threads?|workers?|connections?|retries|attempts|requests?|req|qps|rps|frames?|rows?|lines?|characters|chars?|words|blocks?|points?|terms?|replicas?|tables?|machines?|servers?|nodes?|users?|people|persons?|engineers?|customers?|sites?|channels?|axes|bolts?|screws?|layers?|levels?|cycles?|samples?|pixels?|px|items|entries|parts|pieces|units|copies|versions?|euros?|eur|usd|chf|gbp|dollars?|k€|€|\\$|£|kva|jours?|semaines?|mois|ans|heures?|secondes?|degrés?|pieds|étages?|passes?|lignes|personnes|tage?n?|wochen?|monate?n?|jahre?n?|stunden?|sekunden?|minuten?|grad|prozent|stück|zeilen|personen)';

/** A number with a unit, a time, a version, an address: what makes a plain statement checkable. */
export const QUANTITY = `(?:[a-z]\\/\\d[\\d.,]*|[±+-]?\\d[\\d.,]*(?:\\s?[x×]\\s?\\d[\\d.,]*)?(?:e-?\\d+)?[\\s-]?${UNIT}|\\d{1,2}:\\d{2}|\\d{1,2}(?:\\s?am|\\s?pm)|0x[0-9a-f]+|ip\\d{2}|\\d[\\d.]*e-?\\d+|1:\\d+|[$€£]\\s?\\d[\\d.,]*|v\\d+(?:\\.\\d+)*|\\d+\\.\\d+(?:\\.\\d+)*|(?:port|channel|class|version|revision|rev|gen|generation|grade|type|level|pin|room|lab|building|iso|iec|en|din|rfc|usb|wpa|tls|api|ios|android|node|python|java|debian|ubuntu|windows|postgres|mars|avril|juin)\\s[a-z]?\\d[\\d.:]*|\\d+[- ]port|(?<!\\p{L})(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|douze|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn)\\s\\p{L}{4,}|\\d+ by \\d+|\\d+ to \\d+|\\d+(?:er|ers|st|nd|rd|th)\\b|(?<!\\p{L})(?:two|three|four|five|six|seven|eight|nine|ten|twelve)[.!]?$|\\p{L}{1,6}-?\\d{2,}[\\p{L}\\d-]*|\\d{2,}[\\d.,]*)`;

/** Past forms and participles of the verbs with which something is decided. */
export const DECIDED =
  'decided|agreed|chosen|chose|settled|picked|selected|opted|resolved|concluded|approved|adopted|dropped|abandoned|rejected|ditched|scrapped|axed|binned|shelved|deprecated|retired|froze|frozen|locked(?: in| down)?|standardi[sz]ed|committed to|postponed|deferred|converged|landed on|finali[sz]ed|signed off|ruled out|ruled|went (?:for|with|back)|gone (?:for|with|back)|ended up (?:with|choosing|picking)|switched|moved (?:to|away|off|from|over|back|on to)|migrated|reverted to|voted|promised|thrown out|threw out|gave up on|parked|insourced|outsourced';

/** What a decision does, in the form that follows "we are". */
export const DECIDING =
  'going (?:with|for|to (?:use|stick|stay|keep|drop|go))|sticking|staying|standardi[sz]ing|settling|dropping|ditching|abandoning|scrapping|retiring|deprecating|replacing|switching|moving|migrating|keeping|adopting|freezing|targeting|splitting|phasing out|rolling back|limiting|not (?:doing|using|going|supporting|shipping|building|buying|adding|taking)';

/** Words between a subject and its verb. */
export const ADVERBS =
  "(?:'ve|'re|'m|'d| have| has| are| is| am| all| both| now| only| just| still| also| then| finally| officially| currently| always| never| usually| normally| typically| generally| mostly| already| jointly| unanimously| definitely| therefore| simply| basically| deliberately| explicitly)*";

/** Who decides. */
export const DECIDERS =
  '(?:we|i|us|the (?:whole |mechanical |software |platform |design |electronics )?(?:team|group|board|committee|management|customer|client|architects?|leads?)|our (?:team|group|lab|customer|client)|management|legal|purchasing|procurement|both (?:teams|sides|groups)|all teams|everyone|everybody|all of us)';

/**
 * Failures. A plain statement that names one tells of a state that will have passed when it is read; decisions and
 * rules may name one as their reason.
 */
export const SYMPTOM =
  /\b(?:fail(?:s|ed|ing|ures?)?|broken?|breaks|crash(?:es|ed|ing)?|errors?|exceptions?|stack ?trace|bugs?|buggy|hangs?|hanging|stuck|freezes|flaky|doesn't|does not|not working|won't (?:start|compile|build|load|open|run)|weird|strange|odd|wrong(?:ly)?|null|undefined|nan|segfaults?|timed out|throws?|complain(?:s|ing)?|missing|typos?|mistakes?|(?:tests?|ci|build|pipeline|everything|light|it)\b.{0,20}\b(?:red|green)|slow|confusing|silly|stupid|ridiculous|overkill|pointless|crazy|insane|boring|fun|cool|terrible|horrible|awful|annoying|outdated|empty|blank|ugly|mess|cassée?|plante|en panne|marche pas|kaputt|fehler|geht nicht|hängt)\b/;

/** Things of the moment: what is said about them is rarely true next week. */
export const VOLATILE_SUBJECT =
  /\byou(?:'ve|'re)? (?:are |were |have )?(?:looked|forgot|missed|put|wrote|made|broke|used|wrong)\b|^(?!the (?:main|default|release|production|prod) )(?:(?:the|this|that|my|your|a|an|latest|current|last|first|second|third) )*(?:\w+ )?(?:pr|mr|branch|diff|commit|patch|log|logs|output|trace|traceback|run|results?|answer|snippet|screenshot|terminal|loop|page|meeting|call|article|video|talk|paper|post|blog|book|question|problem|issue|reason|point|idea|goal|trick|thing|rest|what|why|how|joke|plan|spec|document|chapter|section|script|function|line \d+)(?![\p{L}\p{N}])/u;

/** A finite verb in the past, which a lasting fact does not have; participles after a form of "be" do not count. */
export const PAST =
  /(?<!\b(?:is|are|be|been|being|gets?|not|and|or|a|an|the|of|by|with|per|all|only|no|fully|is now|are now|is always|are always|is only|are only) )(?<![-\w])(?:was|were|did|had|took|ran|got|went|came|saw|gave|kept|made|left|sent|wrote|said|found|lost|broke|began|became|fell|met|paid|sold|told|thought|spent|stood|brought|caught|(?!need|speed|seed|feed|embed|exceed|bed|red|shed|led|hundred|breed|weed|proceed|succeed|indeed|shared|fixed|required|supported|allowed|limited|mixed|combined|expected|measured|rated|agreed|trusted|signed|encrypted)\w{3,}ed(?= (?:the|a|an|it|my|our|your|his|her|their|its|this|that|them|yesterday|last|again|today|when|after|before|because|out|up|down|off|over|me|us|too|already|just|twice|once|from|to|up|down|by|at|in|on|\d[\d.]*)\b|[.!]?$))\b/;

/** Subjects that point at something outside of the statement. */
export const DEICTIC_START =
  /^(?:a (?:friend|colleague|guy|customer|user) (?:of mine|from)|my (?:boss|manager|colleague|friend|team lead)|some(?:one|body|thing)|it|this|that|these|those|he|she|they|here|there|what|which|who|ce|ça|cela|c'est|il|elle|ils|elles|es|das|dies|er|sie)(?:'s|'re)?\b/;

export const PERSON_START = /^(?:i|i'm|i've|i'd|my|you|your|you're|je|j'|tu|mon|ma|mes|ich|du|mein|meine)\b/;
