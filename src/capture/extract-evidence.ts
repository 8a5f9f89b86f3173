/**
 * How much speaks for a statement being worth a memory. The form that a plain rule asks for ("must", a number, a date) stands
 * in requests, moods and outputs as well; what lasts also says of what, under which condition, for whom. Each sign counts
 * points, each sign of the opposite takes some away, and every plain rule asks for a minimum. Points and minima were set by
 * hand on the spent turns, where short statements without a name or an owner were wrong twice out of three times.
 */

interface Sign {
  points: number;
  pattern: RegExp;
}

const word = (source: string): RegExp => new RegExp(`(?<![\\p{L}\\p{N}_])(?:${source})(?![\\p{L}\\p{N}_])`, 'iu');

/** From so many words on a statement has room for a thing, a property and a condition. */
const WORDS_SOME = 8;
const WORDS_MANY = 12;

const SIGNS: readonly Sign[] = [
  // The people of the project speak of what is theirs.
  { points: 2, pattern: word("we|let's|lets|our|ours|us|nous|notre|nos|wir|uns|unser\\p{L}*|we're|we've|we'll") },
  // The French "on" is "we" at the beginning of a clause.
  { points: 2, pattern: /(?:^|[,;:] |\bque |\bqu')on (?:a|ne|n'|y|\p{L}{3,})/iu },
  // Something has a name: a product, a part number, an identifier, an abbreviation, a person.
  {
    points: 2,
    pattern:
      /\S\s+["'(`]?(?:\p{Lu}[\p{L}\d-]*|\p{L}+[-_./]?\d+[\p{L}\d]*|\p{L}+[_/.]\p{L}+)|^\p{Lu}[\p{L}\d-]*\p{Lu}[\p{L}\d-]*\s|^\p{L}+[_/-]?\d[\p{L}\d]*\s|`[^`]+`/u,
  },
  // It speaks of a known thing, of all of a kind, or of several of a kind.
  {
    points: 2,
    pattern:
      /^(?:the|our|each|every|all|no|any|both|only|nobody|everything|everyone|everybody|nothing|le|la|les|l'|nos|notre|chaque|tous|toutes|der|die|das|alle|jede\p{L}*|unser\p{L}*|kein\p{L}*)(?!\p{L})|^(?!turns|looks|seems|comes|goes)(?:\p{L}+ )?\p{L}{3,}(?:s|en|ungen)(?!\p{L}) /iu,
  },
  // It binds or settles.
  {
    points: 2,
    pattern: word(
      "signed off|must|shall|cannot|can't|has to|have to|needs? to|never|always|only|off[- ]limits|at least|at most|no more than|not|required|mandatory|allowed|forbidden|banned|every|each|all|policy|rule|contract|standard|decided|agreed|settled|frozen|approved|final|instead of|no|none|nobody|nothing|no more|max|min|maximum|minimum|default|baseline|convention|limit|budget|don't|doesn't|do not|promised|it is|going with|going for|chose|chosen|picked|went with|sticking|staying|standardi[sz]ed?|il faut|choisi\\p{L}*|retenue?s?|adoptée?s?|opté|gardé\\p{L}*|nehmen|bleiben|is out|stays|wins|dropped|scrapped|replaced|exigence|décision|contrainte|aucune?|pas de|kein\\p{L}*|maximal|mindestens|höchstens|doit|doivent|jamais|toujours|chaque|tous|toutes|interdite?s?|obligatoires?|décidé|validé|muss|müssen|darf|dürfen|nie|immer|nur|jede\\p{L}*|alle[nrs]?|entschieden|beschlossen|verboten|pflicht",
    ),
  },
  // It says where or for what it holds.
  {
    points: 1,
    pattern:
      /(?<!\p{L})(?:in|on|for|at|per|with|between|into|from|to|of|under|above|below|en|avec|mit|dans|sur|pour|par|entre|chez|im|am|auf|für|bei|zum|zur|ab|unter|über) (?!(?:this|that|these|it|me|you|now|least|most|once|ça|moi|mir|uns)(?!\p{L}))(?:the |our |all |every |each |le |la |les |der |die |das |den |dem )?\p{L}{2,}/iu,
  },
  // It gives a property its value: "sign convention: …".
  { points: 2, pattern: /^(?:\p{L}[\p{L}\p{N}()./-]{0,20} ){0,4}\p{L}[\p{L}\p{N}()./-]{0,20}\s?[:=]\s\S/u },
  // It obliges outright.
  {
    points: 1,
    pattern: word(
      "must|mustn't|shall|banned|forbidden|mandatory|il (?:ne )?faut|doit|doivent|interdite?s?|obligatoires?|muss|müssen|darf|dürfen|verboten",
    ),
  },
  // It says of a known thing what it is or has.
  {
    points: 2,
    pattern:
      /^(?:the|our|each|every|both|le|la|les|l'|notre|nos|chaque|der|die|das|unser\p{L}*|jede\p{L}*) ?(?:[\p{L}\p{N}_./-]+ ){1,5}?(?:is|are|has|have|gets?|runs?|uses?|est|sont|a|ont|pèse|mesure|fait|ist|sind|hat|haben|läuft|wiegt|misst|beträgt|\p{L}{3,}(?<!s)s(?= (?:at|in|on|to|with|from|by|per|an?|the|only|no|\d)))(?!\p{L})/iu,
  },
  // It has a day in the calendar.
  {
    points: 2,
    pattern:
      /(?<!\d)\d{1,2}(?:st|nd|rd|th|er|\.)? (?:of )?(?:jan|feb|fév|mar|mär|apr|avr|may|mai|jun|jui|jul|aug|aoû|sep|oct|okt|nov|dec|déc|dez)\p{L}*|(?:january|february|march|april|june|july|august|september|october|november|december|jan|feb|oct|nov|dec) \d{1,4}|\b20\d\d-\d\d|\bq[1-4]\b/iu,
  },
  // It is called what it is.
  {
    points: 3,
    pattern:
      /^(?:(?:hard|new|our|final|one|neue|nouvelle) )?(?:requirements?|constraints?|decisions?|rules?|conventions?|policy|limits?|exigences?|décisions?|règles?|contraintes?|anforderung|entscheidung|beschluss|regel|vorgabe)(?: [\p{L}\p{N}-]+){0,5}\s?[:–—-]\s/iu,
  },
  // It is short and all rule: "commits in english only", "no third-party fonts", "min android is 9".
  {
    points: 5,
    pattern:
      /^(?!i\b|it\b|you\b|not\b|this\b|that\b)\S+(?: \S+){0,5} (?:only|everywhere|throughout|uniquement|partout|überall)[.!]?$/iu,
  },
  {
    points: 2,
    pattern:
      /^(?:no|pas de|keine?) (?:\S+ ){0,4}\p{L}+s?(?: (?:in|on|for|without|outside|from|dans|sur|sans|im|in|ohne) .+)?[.!]?$/iu,
  },
  { points: 2, pattern: /^(?:the |our )?(?:min|max|minimum|maximum|default)\.? \p{L}.{1,30} (?:is|are|=|:) /iu },
  { points: 2, pattern: /\d\s?(?:eur|euros?|€|chf|usd|gbp|cents?)(?!\p{L})|[€$£]\s?\d/iu },
  // It can be checked.
  { points: 1, pattern: /\d/ },
  // It bounds a number.
  {
    points: 1,
    pattern:
      /(?<!\p{L})(?:below|above|under|over|within|exceeds?|at most|at least|max\p{L}*|min\p{L}*|no more than|less than|more than|up to|between|höchstens|mindestens|unter|über|au moins|au plus|moins de|plus de|dépass\p{L}*) -?[±<>≤≥]?\d/iu,
  },
  // Somebody has a part in the project.
  {
    points: 2,
    pattern: word(
      "(?:is|are) (?:now )?(?:responsible for|in charge of|the (?:\\p{L}+ )?(?:owner|lead|contact|maintainer|reviewer|supplier|vendor|manager))|maintains|looks after|signs off|s'occupe de|est responsable d\\p{L}*|ist (?:verantwortlich|zuständig) für|kümmert sich um",
    ),
  },
  // A property has a value: "focal length is 1800 mm", "response time must not exceed 200 ms".
  {
    points: 4,
    pattern:
      /^(?:the |our )?(?:\p{L}+ ){0,2}(?:length|width|height|depth|diameter|thickness|weight|mass|size|time|rate|frequency|speed|temperature|pressure|voltage|current|power|resolution|accuracy|precision|tolerance|capacity|range|distance|angle|gain|offset|latency|throughput|timeout|interval|period|aperture|budget|price|cost|lifetime|retention) (?:is|are|must|shall|may|has to|stays?|remains?) (?:\S+ ){0,4}?[±<>≤≥]?\d/iu,
  },
  // Somebody speaks of himself, or to the reader, of what is around them.
  {
    points: -2,
    pattern: word(
      "i(?! (?:have )?(?:decided|chose|chosen|picked|settled|opted|selected))|i'm(?! (?:going|sticking|staying) with)|i've(?! (?:decided|chosen|picked|settled))|i'll|i'd|my|me|je|j'\\p{L}*|ich|mon|ma|mes|mein\\p{L}*|mir|mich",
    ),
  },
  { points: -2, pattern: word("you|your|you're|tu|ton|ta|tes|vous|du|dein\\p{L}*|dir") },
  {
    points: -2,
    pattern:
      /^(?:it(?! (?:turn(?:s|ed) out|must|has to|shall))|they|this|that|these|those|he|she|there|here|il(?! (?:ne )?faut)|elle|ils|elles|ça|cela|es|sie|er)(?!\p{L})/iu,
  },
  { points: -2, pattern: /\.{3}\s*$|…\s*$|!{2,}|\b(?:haha|lol|hehe|omg|ugh|ffs)\b/iu },
];

/** A verb that states; a piece without one leans on what stands around it. */
const STATES =
  /(?:on|by|until|from|since|arrives?|starts?|ends?) (?:the )?(?:\d{1,2}(?:st|nd|rd|th)? (?:of )?)?(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)\p{L}* |(?<![\p{L}\p{N}_])(?:is|are|has|have|must|may|can|cannot|can't|shall|will|gets?|go|goes|stays?|needs?|runs?|does|do|don't|doesn't|we|use|keep|owns?|no|max|min|means?|maximum|minimum|est|sont|a|ont|doit|doivent|reste|passe|ist|sind|hat|haben|muss|müssen|darf|wird|werden|läuft|laufen|liegt|liegen|hängt|hängen|gilt|gelten|fördert|fasst|nutzt|bleibt|bleiben|heißt|costs?|weighs?|holds?|uses?|lasts?|takes?|measures?|requires?|supports?|provides?|delivers?|contains?|includes?|belongs?|remains?|supplies|speaks?|lives?|sits?|opens?|closes?|starts?|ends?|going|sticking|staying|decided|agreed|chose|picked|settled|switched|moved|replaced|fait|mesure|pèse|utilise|contient|prend|dure|coûte|misst|wiegt|hält|braucht|kostet|dauert)(?![\p{L}\p{N}_])|\p{L}{3,}s (?:the|a|an|to|in|on|at|by|with|from|for|as|up|out|off|no|its|\d)|:\s| (?:only|everywhere|throughout)[.!]?$/iu;

/** What a statement of each plain rule must come up with; a date is already much, a bare "never" is little. */
const MINIMA: Readonly<Record<string, number>> = {
  fact: 5,
  state: 2,
  practice: 2,
  finding: 2,
  requirement: 5,
  decision: 4,
  correction: 2,
  event: 3,
};

/** Obliges, forbids or bounds by itself; "always", "never" and "only" as often tell how a fault shows. */
export const OBLIGES = word(
  "must|mustn't|has to|have to|shall|needs? to|cannot|can't|can not|may|required|requires?|mandatory|forbidden|banned|prohibited|allowed|off limits|limits?|limited|max|maximum|min|minimum|at least|at most|no more|no|budget|deadline|policy|rules?|spec|requirements?|constraints?|convention|capped|wants?|insists?|demands?|expects?|we|our|every|each|all|doit|doivent|faut|exige\\p{L}*|interdit\\p{L}*|obligatoires?|veut|demande|chaque|tous|toutes|aucune?|pas de|sans|notre|nos|above|below|exceeds?|dépasse\\p{L}*|contractuel\\p{L}*|muss|müssen|darf|dürfen|verboten|verlangt|höchstens|mindestens|maximal|wir|unser\\p{L}*|jede\\p{L}*|alle[nrs]?",
);
/** How much more has to speak for a requirement that only such an adverb makes one. */
const ADVERB_EXTRA = 2;
/** The people of the project speak; a practice of "everything" and "everyone" is as often a mood. */
const OWNERS = word("we|we're|our|us|nous|notre|nos|on|wir|uns|unser\\p{L}*");
/** How much more has to speak for a practice that nobody of the project owns. */
const OWNERLESS_EXTRA = 3;

/** Points for and against a statement, as it was written. */
export function evidenceFor(statement: string): number {
  const words = statement.split(/\s+/).length;
  let points = (words >= WORDS_SOME ? 2 : 0) + (words >= WORDS_MANY ? 2 : 0);
  if (words < WORDS_SOME && !STATES.test(statement)) points -= 2;
  for (const sign of SIGNS) if (sign.pattern.test(statement)) points += sign.points;
  return points;
}

/** Whether a statement that a rule fits says enough to be kept; `extra` points are asked of it where it stands among requests. */
export function isTelling(statement: string, rule: string, extra = 0): boolean {
  const minimum = MINIMA[rule];
  if (minimum === undefined) return true;
  const adverb = rule === 'requirement' && !OBLIGES.test(statement) ? ADVERB_EXTRA : 0;
  const ownerless = rule === 'practice' && !OWNERS.test(statement) ? OWNERLESS_EXTRA : 0;
  return evidenceFor(statement) >= minimum + extra + adverb + ownerless;
}
