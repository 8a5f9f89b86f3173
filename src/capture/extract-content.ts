/**
 * Words that tell that something was settled, noted or said, by whom and when, but not what: a statement made of nothing
 * else ("agreed, exactly in this wording") points at a content that stands elsewhere.
 */
const FRAME: ReadonlySet<string> = new Set(
  (
    've ll re m don t s everything everybody legal finance then so the a an and or but so as of on in at to for with by from than that this these those it its is are was were be been being has have had do does did done not no yes ok okay all both each just also only then now here there we i you they he she us our my your their me them him her who which what ' +
    'decision decisions decided decide agree agreed agreement settled settle final finally finalised finalized confirmed confirm approved verdict conclusion consensus deal call choice outcome resolution chosen signed off official closed ' +
    'team teams group everybody everyone anyone people board committee management whole together unanimously jointly boss customer client colleagues ' +
    'note notes noted quick short long brief important reminder remember record recorded write down log book minutes summary recap update news info fyi thing things point points matter topic case rule rules requirement requirements constraint constraints convention limit limits ' +
    'meeting discussion debate workshop session talk chat email mail after before during today yesterday tomorrow morning afternoon evening week last next first second third day again already still ' +
    'exactly precisely like way same wording word words version form proposed suggested said discussed above below following follows please thanks great good fine perfect right sure go ahead must always never should shall will can cannot need needs want ' +
    'le la les l un une des de du d et ou mais donc que qui ce cette ces ça cela c est sont a ont été on nous je tu vous ils elles en y au aux pour par avec dans sur pas ne n plus toute tout toute tous toutes ' +
    'décision décidé décide validé acté tranché choisi convenu accord conclusion choix retenu équipe équipes groupe monde ensemble client chef réunion après avant hier demain matin noté notes note rappel point points bref voilà exactement comme mot phrase règle règles doit faut toujours jamais enfin finalement ' +
    'der die das den dem des ein eine einen einem und oder aber wir ich du er sie es man ist sind war haben hat habe wird werden waren dafür wurde nicht kein keine mit auf von zu zum zur im in am an für bei nach aus so genau auch noch schon jetzt alle alles ' +
    'entscheidung entschieden beschlossen beschluss festgelegt vereinbart abgemacht geeinigt ergebnis team gruppe kunde chef gemeinsam zusammen besprechung nach heute gestern notiz notizen kurz wichtig regel regeln muss immer nie'
  ).split(' '),
);

/** Takes one of several that stand elsewhere: "B it is", "option 2", "the second one then". */
const CHOICE =
  /^(?:(?:ok|okay|well|right|then|let's (?:go|take|do)(?: with)?|go(?:ing)? with|we(?:'ll| will)? (?:take|go with|use|do)|take|on (?:prend|part sur)|wir nehmen) )*(?:(?:option|variant|version|plan|proposal|number|choice|variante|numéro|nummer) )?(?:\p{L}|\d|the (?:first|second|third|last|latter|former|other)(?: (?:one|option|variant))?|la (?:première|deuxième|seconde)|die (?:erste|zweite))(?: it is| then| please| wins)?(?:, (?:the|la|le|die|der|das) (?:\S+ ){1,3}(?:one|variant|option))?[.!]?$/u;

/** Whether nothing is said but that something is said or settled, or a statement only announces what follows it. */
export function lacksContent(text: string): boolean {
  if (/:\s*$/.test(text) || CHOICE.test(text)) return true;
  return (text.match(/[\p{L}\p{N}][\p{L}\p{N}_.+#-]*/gu) ?? []).every((word) => FRAME.has(word.replace(/[.-]+$/, '')));
}
