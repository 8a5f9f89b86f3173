import { splitStatements } from './sentence.ts';

/** What the agent wrote down as somebody's decision. */
export interface AgentRecord {
  content: string;
  quote: string;
  /** Says itself that the person decided. */
  attributed: boolean;
  /** Only the place tells that it is a record; what it says must fit a rule as well. */
  loose: boolean;
}

const CONFIRMATION =
  /^(?:yes|yep|yup|yeah|ok(?:ay)?[,.]? (?:go|do|agreed|perfect|great|good)|agreed|i agree|correct|confirmed|exactly|right[,.!]|perfect|sounds? (?:right|good|great)|go (?:ahead|with|for)|do (?:that|it)|approved|that(?:'s| is) (?:right|correct|it)|lgtm|deal|fine with me|works for me|i confirm|oui|d'accord|parfait|exact(?:ement)?|validé|confirmé|je confirme|c'est (?:ça|bon|validé)|on fait comme ça|vas-y|ja[,.! ]|genau|passt|einverstanden|stimmt)(?![\p{L}])(?! but)/u;

/** Whether somebody assents in a statement (lower case). */
export function isConfirmation(statement: string): boolean {
  return CONFIRMATION.test(statement);
}

const LABEL =
  /^(?:[-*]\s+)?(?:\*\*)?(?:your |la |votre |final )?(?:decision|décision|entscheidung)?\s?(?:is |was )?(?:recorded|logged|noted|enregistrée?|notée?|notiert)?(?:\*\*)?\s?:(?:\*\*)?\s+(.+)$/i;
const LABEL_START =
  /^(?:[-*]\s+)?(?:\*\*)?(?:(?:your |la |votre |final )?(?:decision|décision|entscheidung)|recorded|logged|noted|noté|notiert)/i;
/** Words with which an agent sums up what was agreed. */
const SUMMARY =
  /^(?:(?:ok(?:ay)?|great|good|perfect|done|understood|got it|alright|sure|yes|parfait|entendu|gut)[,.:;!–—-]*\s+)?(?:so[,:]?\s+)?(?:as (?:agreed|confirmed|decided|discussed|you (?:confirmed|decided|said|wanted))|to (?:summari[sz]e|recap|confirm|sum up)|in summary|summary|recap|agreed|confirmed|per your (?:decision|confirmation|choice)|that settles it|going with|comme (?:convenu|décidé)|en résumé|pour résumer|récapitulatif|wie (?:vereinbart|besprochen)|zusammengefasst)\b[^:,\n]{0,40}[,:–—-]?\s+(.+)$/i;
const SUMMARY_HEADING =
  /\b(?:decisions?|decided|agreed|confirmed|recap|summary|settled|décisions?|décidé|convenu|entschieden|vereinbart)\b/;
const ATTRIBUTED =
  /\byou (?:have |'ve )?(?:decided|chose|chosen|settled on|opted for|confirmed|approved|picked|agreed)\b|\b(?:as|per) your decision\b|\b(?:vous avez|tu as) (?:décidé|choisi|confirmé|validé|retenu)\b/i;

/** What the agent wrote down as somebody's decision: `Decision recorded: …`, `As agreed, …`, `Recap: …`. */
export function recordsOf(response: string): AgentRecord[] {
  const records: AgentRecord[] = [];
  for (const { text, quote, isQuestion, isItem, heading } of splitStatements(response).sentences) {
    if (isQuestion) continue;
    const attributed = ATTRIBUTED.test(text);
    const labelled = LABEL_START.test(text) ? LABEL.exec(text) : null;
    const summed = SUMMARY.exec(text);
    if (labelled !== null)
      records.push({ content: labelled[1]!.replace(/^\*\*|\*\*$/g, ''), quote, attributed, loose: false });
    else if (attributed) records.push({ content: text, quote, attributed, loose: false });
    else if (summed !== null) records.push({ content: summed[1]!, quote, attributed, loose: true });
    else if (isItem && SUMMARY_HEADING.test(heading)) records.push({ content: text, quote, attributed, loose: false });
  }
  return records;
}
