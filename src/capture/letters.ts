/** Letters and mails: what stands in them is said to somebody else. */

const FORMAL =
  /^\s*(?:(?:Dear|Esteemed)\s+(?!colleague\b|friend\b|assistant\b|agent\b|helper\b|machine\b|bot\b|Claude\b|Codex\b|Copilot\b|Gemini\b|AI\b)(?:Mrs?\b|Ms\b|Dr\b|Prof\b|Sirs?\b|Madam|customers?\b|colleagues?\b|all\b|team\b|\p{Lu}\p{L}+)|To whom it may concern|Sehr geehrte[rs]?\s|Liebe[rs]?\s+(?:\p{Lu}\p{L}+|alle|kolleg\p{L}+)|(?:Chère?s?|Bonjour)\s+(?:Monsieur|Madame|Mesdames|Messieurs|collègues|tous|\p{Lu}\p{L}+)|Madame,|Monsieur,)[^.!?:\n]{0,40}[,:]/u;
const CASUAL =
  /^\s*(?:Hi|Hello|Hey|Hallo|Moin|Salut|Coucou|Good (?:morning|afternoon|evening)|Guten (?:Morgen|Tag)|Servus)\s+(?!There\b|Claude\b|Codex\b|Copilot\b|Gemini\b|Chat\p{L}*|Agent\b|Assistant\b|Bot\b)(?:\p{Lu}\p{L}+|all|team|everyone|zusammen|à tous)\s?[,!]/u;
const SIGNED =
  /(?:^|[.!?,]\s+)(?:(?:best|kind|warm)(?: regards| wishes)?|regards|sincerely|yours(?: \p{L}+)?|cheers|thanks|many thanks|all the best|mit freundlichen grüßen|(?:viele|beste|liebe|schöne) grüße|gruß|vg|lg|mfg|cordialement|bien à (?:vous|toi)|amicalement|à bientôt|bonne journée)\s?,?\s*(?:\p{Lu}\p{L}*\.?)?\s*$/imu;

/** Whether a line opens a letter: formally to somebody, or to a name in a message that ends with a greeting. */
export function opensLetter(line: string, message: readonly string[]): boolean {
  return FORMAL.test(line) || (CASUAL.test(line) && message.slice(-4).some((last) => SIGNED.test(last)));
}
