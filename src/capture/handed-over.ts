/** Text that the person hands over to have something done with it: its sentences are nobody's statements. */

/** What is done with a text rather than with the project. */
const WORK_ON_TEXT =
  "translat(?:e|ion of)|(?:summary|gist|essence|short version) of|tighten|smooth|check the (?:tone|wording|style|flow)|classify|reply to|answer to|correct (?:my|the|this|our) (?:spelling|grammar|english|german|french|mail|e-?mail|letter|text)|check (?:my|the) (?:spelling|grammar|english|german|french)|relire|relisez|gegenlesen|lies (?:mal )?(?:drüber|das)|clean up the wording|fix the (?:grammar|english|spelling|wording)|summari[sz]e|sum up|rephrase|reword|rewrite|paraphrase|proof-?read|spell-?check|shorten|condense|polish|(?<!\\b(?:a|an|the|line|short|brief|with|sentence) )tl;?dr|copy-?edit|put (?:\\S+ ){1,6}?(?:into|in) (?:\\S+ ){0,2}(?:english|french|german|italian|spanish|dutch|words|prose)|(?:render|bring|write|give me|say) (?:\\S+ ){0,6}?(?:version of|in (?:plain |simple |polite |proper )?(?:english|french|german|italian|spanish|dutch)\\b)|turn (?:this|that|the following|these|it)\\b.{0,30} into|make (?:this|that|the following|it) (?:sound|read|shorter|friendlier|more|less|polite)|(?:in|into|to) (?:plain |simple |polite |proper )?(?:english|french|german|italian|spanish|dutch) (?:please|pls)|forward (?:this|that|the following)|(?:reply|answer|respond) to (?:this|the following)|traduis|traduire|traduisez|résume|résumer|reformule[rz]?|corrige[rz]? (?:ce|cette|mon|ma|le texte|l'orthographe)|relis|raccourcis|mets .{1,30} en (?:anglais|français|allemand)|en (?:anglais|français|allemand) (?:s'il|stp|svp)|übersetz\\p{L}*|(?:fass|fasse) .{0,40}zusammen|zusammenfassen|formulier\\p{L}* .{0,40}(?:um|neu|höflicher)|ins (?:englische|deutsche|französische|italienische) (?:bringen|übertragen|übersetzen)|umformulieren|korrekturlesen|kürz\\p{L}* (?:mir )?(?:das|den|diesen)|(?:auf|ins) (?:englische?|deutsche?|französische?)(?= bitte|,? bitte|\\s?:)";
/** A line with no more words than this that asks for work on a text can only mean the text below it. */
const LONE_WORDS_MAX = 4;
/** Somebody who sums up what he himself said: "let me rephrase: …", "pour résumer : …". */
const OWN_SUMMARY =
  /(?:^|[.!?,;:]\s*)(?:(?:ok|so|bon|donc|also|well)[, ]+)*(?:to|let me|i(?:'ll)?(?: just)?|je|pour|en|ich|um es)\s(?:me )?$/i;
/** What somebody received and shows. */
const RECEIVED =
  /(?<![\p{L}\p{N}])(?:(?:i |we |just )+(?:got|received|found|saw|read) (?:this|the following|these)|(?:got|received) this|this (?:came|arrived|is what) |(?:here(?:'s| is| are)) (?:the|what|their|his|her|a) (?:\S+ ){0,4}?(?:from|sent|wrote|of|complaint|feedback|mail|e-?mail|letter|text|answer|reply)(?![\p{L}])|from (?:their|his|her|the) (?:website|homepage|mail|e-?mail|docs?|manual|readme|datasheet|ticket|contract)\b|(?:j'ai|on a) reçu (?:ça|ceci|ce)|(?:das|folgendes) (?:kam|habe ich|hab ich) (?:bekommen|erhalten|von))/iu;
const WORK = new RegExp(`(?<![\\p{L}\\p{N}])(?:${WORK_ON_TEXT})(?![\\p{L}\\p{N}])`, 'iu');
/** The text stands below, or behind the colon. */
const POINTS_AT_TEXT =
  /\b(?:this|these|the following|below|that|text|ce(?:tte|ci)?|suivante?|texte|ci-dessous|dies\p{L}*|folgend\p{L}*|unten|(?:my|our|ma|mon|mein\p{L}*|unser\p{L}*|the|the following|la|den|die) (?:\p{L}+ )?(?:e-?mail|mail|letter|text|paragraph|abstract|sentence|draft|spelling|grammar|lettre|courriel|texte|phrase|brief|satz|absatz|entwurf)|text)(?![\p{L}])/iu;

/** Nouns for texts of others; at the end of a line before a colon they announce one. */
const TEXT_NOUN =
  /(?<![\p{L}\p{N}])(?:abstract|text|notice|sign|mail|e-?mail|draft|letter|paragraph|passage|article|announcement|ticket|description|changelog|readme|minutes|extract|excerpt|quote|quotation|press release|error|output|trace|traceback|dump|response|résumé|texte|annonce|courriel|lettre|brouillon|sortie|trace|erreur|extrait|meldung|fehler|ausgabe|hinweis|entwurf|brief|aushang|absatz|zitat)\s?:\s*$/iu;

/** How much of a line is the person's own: the part before what is handed over. `ahead`: the lines below it are handed over too. */
export interface HandOver {
  own: string;
  ahead: boolean;
}

/** What a line hands over to be translated, summarised, rewritten …, or undefined. */
export function handOverOf(line: string): HandOver | undefined {
  const work = WORK.exec(line) ?? RECEIVED.exec(line);
  if (work === null || OWN_SUMMARY.test(line.slice(0, work.index)))
    return TEXT_NOUN.test(line) ? { own: line.replace(/[^.!?]{0,300}:\s*$/, ''), ahead: true } : undefined;
  const rest = line.slice(work.index);
  const colon = /:(?:\s|$)/.exec(rest);
  if (colon !== null) return { own: line.slice(0, work.index), ahead: true };
  if (line.trim().split(/\s+/).length <= LONE_WORDS_MAX) return { own: '', ahead: true };
  // "Could you bring this into German? All visitors must …": what comes behind is the text, unless somebody is spoken to.
  const isLetter = OWN_LETTER.test(line.slice(0, line.search(/[.!?](?:\s|$)/) + 1 || line.length));
  const end = /[.!?]\s+(?=\S)/.exec(rest);
  const behind = end === null ? '' : rest.slice(end.index + end[0].length);
  if (
    (!isLetter && !POINTS_AT_TEXT.test(end === null ? rest : rest.slice(0, end.index))) ||
    (OWN_VOICE.test(behind) && !isLetter)
  )
    return undefined;
  return { own: line.slice(0, work.index), ahead: true };
}

/** Speaks to the agent again behind the handed over text: only a question or a request does so for sure. */
export const SPEAKS_AGAIN =
  /\?\s*$|^\s*(?:please|pls|can|could|would|thanks|thank you|and (?:please|then|can|could)|(?:make|keep|use) it\b|merci|peux-tu|tu peux|stp|bitte|danke|kannst du|könntest du)(?![\p{L}\p{N}])/iu;

/** Somebody speaks for himself in these. */
const OWN_VOICE = /(?<![\p{L}\p{N}])(?:i|i'm|my|you|please|pls|from now on|je|j'|tu|ich|du|bitte)(?![\p{L}\p{N}])/iu;

/** A letter of one's own is full of "I", and none of it is said to the agent. */
const OWN_LETTER =
  /(?<![\p{L}])(?:my|our|this|the|ma|mon|notre|mein\p{L}*|unser\p{L}*) (?:\p{L}+ )?(?:e-?mail|mail|letter|abstract|cv|résumé|application|statement|speech|talk|post|essay|lettre|courriel|discours|brief|bewerbung|anschreiben|rede)(?![\p{L}])/iu;
