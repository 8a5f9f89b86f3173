import { cue } from './cue.ts';
import { OBLIGES } from './extract-evidence.ts';
import type { Doubt } from './extract-moment.ts';

/**
 * Faults and counts of the day, told with the words of rules: "always", "never", "only", "all", "has 41". A thing that never
 * answers breaks no rule; a rule says what is meant to be.
 */

const PLAIN = new Set(['fact', 'state', 'practice', 'finding', 'event', 'correction', 'requirement', 'explicit']);
const COUNTED = new Set(['fact', 'state', 'practice', 'finding', 'requirement', 'correction', 'decision']);

/** What a thing does not do, or does at the wrong time. */
const NEVER_DOES =
  '(?:acknowledges?|acks?|responds?|answers?|arrives?|finish(?:es)?|completes?|reach(?:es)?|works?|loads?|enables?|updates?|refresh(?:es)?|triggers?|fires?|pass(?:es)?|recogni[sz]es?|connects?|boots?|shows?|appears?|detects?|gets?|comes?|returns?|remembers?|settles?|converges?|ends?|sees?|notices?|picks? up|catch(?:es)?|succeeds?|syncs?|wakes?|makes? it)';
const ALWAYS_DOES =
  '(?:drops?|loses?|overshoots?|undershoots?|hangs?|sticks?|skips?|miss(?:es)?|jumps?|drifts?|resets?|reboots?|restarts?|freezes?|crash(?:es)?|complains?|forgets?|ends? up|comes? (?:back|out)|flickers?|stops?|stalls?|dies|trips|asks? (?:me|twice|for the)|opens? the wrong|picks? the wrong|lags?|stutters?|eats?|swallows?|throws?|spits?|blows?|jams?|leaks?|breaks?|disconnects?|times? out|exits?|bails?|beeps?|blinks? (?:red|twice)|reads? \\S+ \\S+ (?:more|less|high|low)|is (?:\\d\\S* \\S+ |an? \\S+ )?(?:late|early|off|more|less|short|behind))';
const ONLY_DOES =
  '(?:pass(?:es)?|works?|starts?|restarts?|boots?|compiles?|connects?|loads?|shows?|appears?|responds?|fires?|accepts?|prints?|happens?|builds?|runs? through|goes|opens?|finds?|sees?|gets?|renders?|plays?|sticks?)';

/** What a thing was built to do; "always" with any other verb tells what it happens to do. */
const DESIGNED =
  '(?:is|has|was|does|its|this|us|yes|units|uses|runs|goes|lives|stays|takes|means|refers|contains|includes|carries|applies|counts|belongs|accepts|allows|ships|follows|speaks|sits|points|needs|requires|covers|holds|supports|sends|writes|stores|logs|serves|hosts|owns|leads|signs|reviews|approves|handles|decides|works|listens|talks|connects|feeds|drives|faces|comes|leaves|enters|touches|crosses|exceeds|drops below|travels|lands|carries|wins|beats|begins|starts (?:at|with|in|from)|ends (?:at|with|in)|opens (?:at|to)|closes (?:at|before)|reads (?:from|the)|gets (?:an?|the|its|to|built|deployed|merged|signed|run)|keeps (?:a|an|two|three|the last|only)|press|process|access|address|pass)';
const ADVERB = '(?:never|always|only(?: ever)?)';

export const FAULTS: readonly Doubt[] = [
  {
    // An adverb and an active verb: what a thing happens to do, unless it was built for it.
    reason: 'passing',
    rules: new Set(['requirement']),
    head: true,
    pattern: cue(
      `^(?:\\S+ ){1,7}${ADVERB} (?:\\p{L}+ly )?(?!${DESIGNED}(?!\\p{L}))\\p{L}{2,}(?<!s)s (?!(?:are|is|have|has|must|in|from|may|go)(?!\\p{L}))\\S+|^(?:\\S+ ){1,7}(?!${DESIGNED}(?!\\p{L}))\\p{L}{2,}(?<!s)s ${ADVERB} (?:an?|the|one|to|on|when|if|after|\\d)`,
    ),
    unless: OBLIGES,
  },
  {
    reason: 'passing',
    rules: PLAIN,
    head: true,
    pattern: cue(
      `never (?:really |even |actually |quite |fully )?${NEVER_DOES}|(?:always|only ever|constantly|randomly|sometimes|often|usually|every time) (?:just )?${ALWAYS_DOES}|only (?:ever )?(?:shows?|gives?|returns?) (?:me |the (?:first|last) )|only (?:ever )?${ONLY_DOES}(?: \\S+){0,6}? (?:(?:when|if|after|once|until|unless) (?:i|you|we|my)|on the (?:second|third|next)|the (?:second|third) time|(?:when|if|after) .{0,40}\\b(?:delete|restart|reboot|reload|kick|wiggle|unplug|replug)\\w*)`,
    ),
    unless:
      /\b(?:must|shall|may|required|by design|on purpose|deliberately|policy|we(?!\p{L})|our (?:rule|policy)|never (?:gets|comes|returns) (?:an?|to|into|in contact|near|above|below|over|under|more)\b)/u,
  },
  {
    // What there is just now, with what is in sight.
    reason: 'passing',
    rules: PLAIN,
    pattern:
      /^(?:the |our |my )?(?:current|latest|newest|present|momentary)(?! (?:limit|sensor|loop|clamp|source|sink|draw|transducer|rating|consumption|is \d))(?!\p{L}) |\b(?:with|for|in|on|at|of|to) (?:this|these) (?:\p{L}+ )?(?:mesh|run|settings?|config|input|dataset|sample|batch|scene|approach|method|patch|change|commit|branch|size|value|query|load|parameters?|attempt|session|plot|seed|epoch|log|trace|dump|snippet|ticket)(?!\p{L})|\bon day \d+\b|\d\s?[kmgt]?b (?:are |is )?(?:free|left)\b/u,
    unless: /\b(?:must|shall|from now on|decided|agreed)\b/,
  },
  {
    // What a picture or an output shows, what falls short of what was hoped, and what is done while its twin is not.
    reason: 'passing',
    rules: new Set(['fact', 'state', 'requirement', 'explicit', 'correction']),
    pattern:
      /\bin (?:the|your|my|this|that) (?:plot|figure|graph|chart|screenshot|picture|photo|output|trace|attachment|scan)\b|\bin (?:fig(?:ure)?\.?|plot|table) \d|\b(?:returns?|gives?|yields?|prints?) (?:me )?(?:none|null|nan|nothing|an? empty|zeros?|garbage)\b|\btoo (?:early|short|small|little|few|far|hot|cold|soon|often|wide|narrow|tight|loose|thin|thick|weak|strong|dark|bright|deep)\b|\bis (?:not|still)[.!]?$|, which is (?:nuts|crazy|silly|stupid|mad|insane|ridiculous|absurd|a (?:shame|pity|joke))\b/,
    unless: /\b(?:must|shall|never|rejects?|raise|so that)\b/,
  },
  {
    // By now, not as a rule; and what somebody holds about it.
    reason: 'passing',
    rules: PLAIN,
    pattern:
      /\b(?:by now|these days|lately|as usual)[.!]?$|^(?:everyone|everybody|people|nobody|no one) (?:has|have|had|loves|hates|knows|says|thinks|is talking|keeps) /,
    unless: /\b(?:must|access|read|write|rights|permission|account|its own|their own)\b/,
  },
  {
    // The speaker is at it: "when i rotate the phone", "no matter what i pick".
    reason: 'passing',
    rules: PLAIN,
    pattern: cue(
      "no matter (?:what|which|how)|for no (?:apparent )?reason|out of (?:nowhere|the blue)|i swear|like crazy|something(?:'s| is) (?:off|wrong|fishy)|on my (?:machine|laptop|phone|box|pc|end|side|desk)|(?:when|if|unless|until|after|as soon as|each time|every time|once|whenever) (?:i|you) (?:\\w+ )?(?:run|rotate|click|press|open|type|try|save|delete|refresh|reload|pull|plug|push|touch|zoom|scroll|turn|start|stop|call|switch|move|add|remove|set|enable|disable|log|use|hit|select|resize|drag|change|build|compile|import|restart|reboot|swap|unplug)|sobald ich|wenn ich (?:ihn|sie|es|das|die|den|auf)|dès que je|quand je",
    ),
    unless: /\b(?:must|shall|i (?:want|need|expect|prefer|like|mean)|please|from now on)\b/,
  },
  {
    reason: 'passing',
    rules: PLAIN,
    pattern:
      /(?<!\p{L})(?:druckt|zeigt|liefert|meldet|verliert|vergisst|springt|bleibt|stürzt|hängt|fällt|bricht|spuckt|wirft|reagiert|antwortet|erkennt|findet|lädt|friert|braucht ewig) (?:\S+ ){0,3}?(?:immer|ständig|dauernd|nie|niemals|jedes mal|nur die erste)(?!\p{L})|(?<!\p{L})(?:immer|ständig|dauernd|jedes mal) (?:\S+ ){0,4}?(?:hängen|stehen|ab|aus|falsch|verloren|neu|weg|leer)[.!]?$|(?<!\p{L})(?:ne |n')?(?:affiche|renvoie|perd|oublie|plante|saute|dérive|démarre|répond|imprime|bloque|redémarre|coupe|décroche|reconnaît|charge|trouve)(?:nt)? (?:\S+ ){0,2}?(?:toujours|jamais|sans arrêt|systématiquement|sans cesse)(?!\p{L})/u,
    unless: /\b(?:muss|darf|doit|doivent|wir|absichtlich|exprès)\b/,
  },
  {
    reason: 'passing',
    rules: PLAIN,
    pattern:
      /\b(?:corrupt(?:ed)?|garbled|truncated|mangled|scrambled|exit code|come(?:s)? back (?:with|as|empty)|ended (?:with|in)|duplicated?|dropouts?|glitch\w*|stutter\w*|flicker\w*|stall(?:s|ed)|hiccups?|leaking|unreadable|out of sync)\b|\b(?:costs?|takes?|eats?|wastes?) (?:me|us) (?:\S+ ){1,3}(?:seconds?|minutes?)\b/,
    unless:
      /\bdead(?:line| band|band| time|time|lock| weight| man| reckoning)\b|\bmust\b|\bwe (?:drop|discard|keep|treat)\b/,
  },
  {
    // Not what it is to be: "it has 512 instead of 1024", "prints x instead of y".
    reason: 'passing',
    rules: new Set([...PLAIN, 'decision']),
    pattern:
      /\bonly (?:has|have|shows?|gets?|contains?|sees?|finds?|returns?|gives?) .{1,60}\binstead of\b|^(?!we\b|i\b|from\b|use\b).{2,60}\b(?:shows?|returns?|gives?|prints?|displays?|says?|outputs?|reports?|spits out|renders?|yields?|zeigt|liefert|druckt|affiche|renvoie|donne) .{1,60}\b(?:instead of|rather than|statt|au lieu d)/u,
    unless: /\b(?:must|shall|from now on|we|now)\b/,
  },
  {
    // How much of something there is just now.
    reason: 'passing',
    rules: COUNTED,
    pattern:
      /^(?:the |our |my |this |that |die |der |das |unsere? |la |le |notre )?(?:\p{L}+ )?(?:backlog|queue|inbox|pr|mr|pull request|branch|diff|repo|repository|sprint|board|changelog|to-?do list|commit|warteschlange|rückstand|branche|file d'attente|liste de tâches)(?: \S+){0,3}? (?:has|have|is|are|contains?|holds?|counts?|shows?|hat|ist|enthält|umfasst|a|est|contient|compte) (?:\S+ ){0,3}?\d|\b(?:has|have|there (?:is|are)|we have|got|with|hat|haben|a|il y a) (?:\S+ ){0,2}?\d+ (?:\p{L}+ ){0,2}?(?:tickets?|issues|commits?|comments?|messages|warnings?|errors?|conflicts?|stars|failures|unread|todos?|prs|open points|merge requests|fehler|warnungen|kommentare|einträge|commentaires|erreurs|avertissements)(?!\p{L})|\b(?:is|are|sits?|stands?|currently|now) at (?:about |around |roughly )?\d[\d.,]*\s?(?:%|percent|rpm|°|bar|v\b|a\b)|\d\s?(?:%|percent|prozent) (?:full|done|used|complete|charged|voll|fertig|belegt|plein|rempli|utilisé)|(?:,|so|means) \d[\d.,]*\s?\S+ (?:over|above|too (?:big|large|long|high)|short|less than|more than)\b|\b(?:is|are|only) (?:\S+ ){0,2}?left\b(?! (?:of|open|blank|empty|alone|hand|as))/u,
    unless:
      /\b(?:must|may|can|cannot|at most|at least|max\w*|min\w*|limit\w*|no more|up to|capped|never|always|set point|setpoint|nominal|rated|kept|regulated|fixed|every|each)\b/,
  },
  {
    // Where a run, a try or the speaker has got to, and what is next on the list.
    reason: 'passing',
    rules: PLAIN,
    pattern: cue(
      "(?:is|are|was|we're|i'm|now) (?:at|on|in) (?:the )?(?:hour|minute|day|step|page|run|try|attempt|battery|cycle|iteration|disk|tape|round|lap|bolt|sample|board|part)s? (?:nr\\.?|no\\.?|number|#)? ?\\d+(?: (?:of|out of|/) \\d+)?|(?:hour|minute|step|page|cycle|iteration) \\d+ (?:of|out of) \\d+|\\d+ (?:of|out of) \\d+ (?:done|to go|left|passed|through)",
    ),
    unless: /\b(?:must|shall|every|each|always)\b/,
  },
  {
    reason: 'instruction',
    rules: PLAIN,
    pattern:
      /^(?:next|this|today's|tonight's|new|tomorrow's|first|second) (?:mission|run|test|shot|flight|attempt|round|try|sweep|measurement|session|job|task|plot|batch|scan|series)\s?[:–—-]\s/u,
  },
  {
    // Done a moment ago, by whoever speaks: "rebuilt the image and it passes now".
    reason: 'passing',
    rules: PLAIN,
    pattern:
      /^(?:just )?(?:re-?)?(?:built|ran|run|fixed|pushed|merged|updated|swapped|moved|added|removed|restarted|rebooted|installed|patched|tried|tested|cleaned|changed|replaced|plugged|wired|soldered|flashed|deployed|committed|renamed|deleted|put|set|got) (?:the|my|it|that|this|all|both|a|an|in|to|some) .*\b(?:now|again|works?|passes|still|so far|let's|lets)\b/u,
    unless: /\b(?:must|shall|from now on|always|never)\b/,
  },
  {
    // What somebody else holds for the cause.
    reason: 'reported',
    rules: PLAIN,
    pattern:
      /^\p{L}+ (?:bets|suspects|reckons|swears|insists it|guesses|blames|hopes|fears|wonders|tippt|vermutet|parie|soupçonne|pense)(?!\p{L})/u,
    unless: /^(?:we|nous|on|wir)(?!\p{L})/u,
  },
  {
    // Reports on how far something has come.
    reason: 'passing',
    rules: new Set([...PLAIN, 'decision']),
    pattern:
      /^(?:(?:kurzer |aktueller |mein )?(?:zwischen)?stand|(?:quick |short |current )?(?:status|state of play|progress|update)|état(?: des lieux)?|avancement|done|so far|today|heute|erledigt|fait|fini|in progress|wip|blocked|next up|eta|sprint \d+)(?: (?:so far|today|update|report|heute|du jour|\S+ \S+))?\s?[:–—-]\s|^(?:two|three|four|five|six|seven|eight|nine|half|most|some|all but \w+|\d+|zwei|drei|vier|fünf|einige|die hälfte|deux|trois|quatre|cinq|la moitié) (?:of|von|sur|out of|der|des) (?:the |our |these |those |my |den |unseren )?(?:\S+ ){0,4}?(?:passed|are (?:done|through|ready|mounted|wired|tested|in|back|fixed)|have|had|haben|sind|ont|sont|failed|done|merged|made it|arrived)(?!\p{L})|^(?:just |finally |already |also |and )*(?:finished|installed|mounted|soldered|wired|rebooted|pushed|merged|rebased|flashed|printed|cleaned|ordered|unpacked|aligned|tweaked|patched|restarted|uploaded|downloaded|reviewed|fertig|fini|terminé|installé|monté|câblé|soudé) (?:mit |de |d'|with )?(?:the|all|both|a|an|my|our|it|panel|der|die|das|dem|den|le|la|les|l'|\d)|\b(?:halfway|half way|part ?way) through\b|\bwe(?:'ll| will) (?:\S+ ){1,2}(?:it|them|that|this|those|the rest) (?:up |in |on |out |off )?(?:tomorrow|later|tonight|next|after|in the|on (?:mon|tues|wednes|thurs|fri)day)|\bwe always end up\b|\bnobody is (?:here|around|there)\b|(?:verläuft|läuft|laufen|steht|fehlt|fehlen) noch(?!\p{L})|\bis through\b/u,
    unless:
      /(?<!\d)\d{1,2}(?:st|nd|rd|th|\.)? (?:of )?(?:january|february|march|april|june|july|august|september|october|november|december)\b/,
  },
];
