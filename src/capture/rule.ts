/** Forms of one language in which people state something; they read the statement in lower case, quotes straightened. */
export interface RuleForms {
  /** Any of these makes the rule fit. */
  any: readonly RegExp[];
  /** None of these may fit. */
  none?: readonly RegExp[];
  /** False: the form alone is weak, and what tells of trouble or of the moment is left. */
  firm?: boolean;
}
