const WORDS = '(?:[a-z]{1,24}\\d{0,4}|\\d{1,8})(?:[-._](?:[a-z]{1,24}\\d{0,4}|\\d{1,8}))*';

/**
 * Words and numbers with a mark between them, such as `sk-learn-pipeline-optimizer-2024`: the start of one may look like that of a token,
 * but nothing in it is random.
 */
export const PLAIN_WORDS = new RegExp(`^${WORDS}$`);
/** `source:path` of a document whose folders and file are plain words, as far as the ending of the file. */
export const PLAIN_DOCUMENT = new RegExp(`^[a-z]{1,64}:(?:${WORDS}/){0,32}${WORDS}\\.(?:md|markdown|txt)$`);
/** An absolute folder of either system, without the account of an address. */
export const PLAIN_FOLDER = /^(?:[A-Za-z]:)?[\\/][^:@]*$/;
