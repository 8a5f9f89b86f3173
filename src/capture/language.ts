/** Languages whose forms the rules know. */
export type Language = 'english' | 'french' | 'german';

const WORDS: Record<Exclude<Language, 'english'> | 'other', ReadonlySet<string>> = {
  french: new Set(
    'le la les des du de un une est sont pas pour dans avec sur qui que qu et ou ne je j tu nous vous il elle ils c ce cette ces mon ma mes notre nos votre plus jamais toujours par au aux en y se sa son ça cela faut doit être fait très si mais donc chaque tous toutes tout comme chez l d n s m t finalement désormais hier demain jusqu avant après sans'.split(
      ' ',
    ),
  ),
  german: new Set(
    'der die das den dem des ein eine einen einem einer ist sind war wir ich du er sie es nicht kein keine keinen und oder aber auch für mit auf von zum zur im am an bei nach aus muss müssen darf dürfen soll wird werden haben hat unser unsere immer nie nur jetzt noch doch bitte uns mich mir sich dass weil wenn alle jede jeder jedes'.split(
      ' ',
    ),
  ),
  other: new Set(
    'the a an is are of to and in it we i you that this for with not be our must has have from by at or will my your all as but'.split(
      ' ',
    ),
  ),
};

/** The languages that a statement (lower case) may be in: English always, another when its small words prevail. */
export function languagesOf(statement: string): ReadonlySet<Language> {
  const found = statement.match(/\p{L}+/gu) ?? [];
  const count = (words: ReadonlySet<string>): number => found.filter((word) => words.has(word)).length;
  const [french, german, english] = [count(WORDS.french), count(WORDS.german), count(WORDS.other)];
  const languages = new Set<Language>(['english']);
  if (french > 0 && french >= english) languages.add('french');
  if (german > 0 && german >= english) languages.add('german');
  return languages;
}
