/**
 * Words and numbers with a mark between them, such as `sk-learn-pipeline-optimizer-2024`: the start of one may look like that of a token,
 * but nothing in it is random.
 */
export const PLAIN_WORDS = /^(?:[a-z]{1,24}\d{0,4}|\d{1,8})(?:[-._](?:[a-z]{1,24}\d{0,4}|\d{1,8}))*$/;
/** An absolute folder of either system, without the account of an address. */
export const PLAIN_FOLDER = /^(?:[A-Za-z]:)?[\\/][^:@]*$/;
