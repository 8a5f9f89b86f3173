import { cutRequest } from './extract-commands.ts';
import type { Sentence } from './sentence.ts';

/** A sentence up to this length is judged whole; a longer one is no memory, but a clause of it may be. */
const WHOLE_CHARS_MAX = 280;
const CLAUSES_MAX = 24;

/** A question that follows a statement in the same sentence; a mere tag ("right?") asks about the statement itself. */
const TRAILING_QUESTION =
  /[,;:–—-]+\s(?:so |and |but |hence |et |donc |und )*(?:is|are|does|do|did|can|could|should|would|will|what|how|why|which|where|when|who|any|any idea|est-ce|ça|tu|on peut|comment|pourquoi|quel(?:le)?|ist|geht|kann|wie|was)\s(?:\S+\s)+\S+\s?\?+$/i;
const QUESTION_WORD =
  /^(?:(?:and|but|so|ok|hmm?)[, ]+)*(?:what|why|how|where|who|which|is|are|does|do|did|can|could|should|would|will|if|when)\b/i;

/**
 * What is to be judged of a sentence: itself without the request or the question that follows; of a sentence too long
 * to be a memory its clauses, in order. `quote` stays a verbatim piece of the turn.
 */
export function clausesOf(asked: Sentence): Sentence[] {
  const sentence = asRule(asked);
  const cut = withoutTail(sentence);
  if (cut.text.length <= WHOLE_CHARS_MAX) return [cut];
  const clauses = cut.text
    .split(/(?<=[,;:])\s+|\s(?:[-–—]{1,2}|and then|but|so|because)\s+/)
    .filter((clause) => clause.length >= 12)
    .slice(0, CLAUSES_MAX)
    .map((text) => ({ ...cut, text: text.replace(/[,;:]$/, '') }));
  return clauses.length === 0 ? [cut] : clauses;
}

const POLITE_RULE =
  /^(?:(?:please|pls|and|also|so|ok|hey),? )*(?:can|could|would|will) (?:you|u) (?:please |pls |just |maybe )*(?=(?:always|never|from now on|in future|stop|avoid|quit|not|only ever)\b)/i;

/** "Could you please stop asking?" has the form of a question and is a rule. */
function asRule(sentence: Sentence): Sentence {
  const text = sentence.text.replace(POLITE_RULE, '');
  if (text === sentence.text) return sentence;
  return { ...sentence, text: text.replace(/\?+$/, ''), isQuestion: false };
}

function withoutTail(sentence: Sentence): Sentence {
  const text = cutRequest(sentence.text);
  const isCut = text !== sentence.text;
  const statement = sentence.isQuestion && !isCut ? sentence.text.replace(TRAILING_QUESTION, '') : text;
  if (statement === sentence.text || statement.split(/\s+/).length < 3) return sentence;
  return {
    ...sentence,
    text: statement.replace(/[\s,;:–—-]+$/, ''),
    isQuestion: QUESTION_WORD.test(statement) || /\?$/.test(statement),
  };
}
