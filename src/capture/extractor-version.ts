/** Changes whenever a rule or a rejection does, so that a candidate says which rules made it. */
export const EXTRACTOR_VERSION = 'rules-5';
