/** How people say that something is otherwise, in front of saying how it is: "No, …", "That's wrong: …", "Stimmt nicht, …". */

/** Denies what was said before, whoever said it. */
const DENIES =
  "(?:no|nope|nah|wrong|incorrect|not (?:quite|true|right|correct)|(?:that|this|it)(?:'s| is| was) (?:all |just |simply )?(?:wrong|incorrect|false|untrue|not (?:quite |really )?(?:right|true|correct|accurate|so))|you(?:'re| are) wrong(?: (?:there|about (?:that|this|it)))?|you (?:got|have|had) (?:that|it|this) (?:wrong|the other way r?ound|backwards)|(?:small |quick |minor |one |slight )?correction|erratum|non|nan|faux|inexact|erreur|(?:c'est|c'était) (?:faux|inexact|une erreur|pas (?:ça|vrai|juste|exact|correct))|ce n'est pas (?:ça|vrai|juste|exact|correct)|(?:petite )?rectification|petite correction|nein|nee|falsch|(?:das )?stimmt (?:so |leider )?nicht|das (?:ist|war) (?:so )?(?:falsch|nicht (?:richtig|wahr|korrekt))|(?:kleine )?korrektur)(?![\\p{L}\\p{N}])";
/** Said in between, or on its own while somebody thinks again. */
const FALTERS =
  '(?:actually|sorry|wait|oops|hold on|my (?:bad|mistake)|ah|oh|en fait|pardon|désolée?|attends|oups|moment|sorry|ach)(?![\\p{L}\\p{N}])';
const MARK = '\\s*[,.:;!–—-]+\\s*';

const OPENER = new RegExp(`^(?:(?:${DENIES}|${FALTERS})(?:${MARK}|\\s+(?=${DENIES}|${FALTERS})))+(?=\\S)`, 'iu');
const DENIAL = new RegExp(
  `^(?:(?:${DENIES}|${FALTERS})(?:${MARK}|\\s+(?=${DENIES}|${FALTERS})))*${DENIES}(?=${MARK})`,
  'iu',
);
const DENIAL_ALONE = new RegExp(`^(?:${FALTERS}(?:${MARK}|\\s+))*(?:${DENIES}(?:${MARK}|\\s*$))+$`, 'iu');
const WORDS_MIN = 3;

/** What is stated behind the words that only deny; the whole when there are none, or little stands behind them. */
export function behindDenial(statement: string): string {
  const rest = statement.replace(OPENER, '');
  return rest === statement || rest.split(/\s+/).length < WORDS_MIN ? statement : rest;
}

/** Whether a statement (lower case) denies something and then says how it is. */
export function deniesAndStates(statement: string): boolean {
  return DENIAL.test(statement) && behindDenial(statement) !== statement;
}

/** Whether a statement (lower case) says no more than that something is not so: the next one says how it is. */
export function isBareDenial(statement: string): boolean {
  return DENIAL_ALONE.test(statement);
}

/** The statement of a correction without the words that open it; capitalised when something was taken off. */
export function dropDenial(statement: string): string {
  const rest = behindDenial(statement);
  return rest === statement ? statement : rest[0]!.toUpperCase() + rest.slice(1);
}
