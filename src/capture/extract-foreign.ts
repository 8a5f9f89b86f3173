import type { Rejection } from './extract-rejections.ts';

/**
 * What is not said of the project: invented people and numbers, examples, what a text is to say, what one heard, and what
 * is still being chosen, each in the words that give it away.
 */

const TEXTS =
  '(?:sign|label|sticker|poster|banner|headline|title|subject(?: line)?|caption|footnote|tool ?tip|heading|slogan|motto|tag ?line|(?:error |commit |welcome |reply )?message|(?:error |help |alt )?text|comment|doc ?string|sentence|paragraph|abstract|e-?mail|mail|letter|invite|invitation|notice|answer|reply|slide|changelog|release notes?|readme|report|schild|aufkleber|titel|betreff|überschrift|fehlertext|mail|brief|satz|absatz|bericht|panneau|étiquette|titre|légende|objet|message|phrase|rapport|courriel|lettre)';

export const FOREIGN: readonly Rejection[] = [
  {
    // An example, a case of a test, a row of data.
    reason: 'hypothetical',
    whole: true,
    pattern:
      /^(?:(?:an? |one |the |some |next |another )?(?:made-?up |invented |typical |simple |concrete |toy )?(?:examples?|sample (?:row|record|line|input|data|entry)|samples?|fixture|test ?(?:case|data|user|record|vector)s?|use case|edge case|scenario|mock(?: data)?|dummy|placeholder|exemple|cas (?:de test|d'usage|fictif)|données de test|beispiel(?:zeile|daten|satz)?|persona|pitch|role|character|setting|scene \d+|chapter \d+|slide \d+|(?:tweet|post|blog|ad|job|mail|speech|press) ?(?:draft|ad|release)|draft|testfall|testdaten|musterdaten)(?: [\p{L}\d]{1,12}){0,2}\s?[:–—=-]\s|(?:e\.g\.?|eg|ex\.?|p\. ?ex\.?|z\. ?b\.?|i\.e\.?|for example|for instance|par exemple|zum beispiel|beispielsweise|say|given|assume|take)[, ]\s?(?:an?|the|some|we have|we've got|there(?:'s| is| are)|two|three|\p{L}+ \d|la|le|une?|ein\p{L}*|der|die|das|hat|ist|sind|bei)(?!\p{L})|(?:input|expected(?: output)?|actual|got|given|when|then|want|eingabe|erwartet|entrée|attendu)\s?:\s)|\bin this (?:toy|made-?up|invented) |^(?:when|as) an? \p{L}+ (?:logs|clicks|opens|i want)\b/u,
    unless: /^take the\b|^(?:given|take) (?:the|that)\b.*\b(?:we|our|must)\b/,
  },
  {
    // People and things that only puzzles know.
    reason: 'hypothetical',
    pattern:
      /^(?:alice|bob|foo|bar|baz|john doe|jane doe|max mustermann|acme)(?!\p{L})|\b(?:apples|marbles|coins|balls)\b.*\b(?:gives?|draws?|has|takes?)\b|^(?:a|an|one|ein|eine|un|une) (?:train|boat|car|tank|farmer|plane|pool|bathtub|zug|auto|bauer|réservoir|baignoire)\b.*\d|^(?:our|the|my) (?:heroine?|hero|protagonist|villain|wizard|knight|dragon|princess|detective|narrator|antagonist)\b|^(?:every|each|all|no|the) (?:dwar(?:f|ves)|el(?:f|ves)|orcs?|dragons?|knights?|goblins?|wizards?|pirates?|vampires?|aliens?)\b|^once upon|^il était une fois|^es war einmal|\bstory so far\b/u,
  },
  {
    // What a text is to say.
    reason: 'instruction',
    whole: true,
    pattern: new RegExp(
      `^(?:(?:the|your|its|this|that|le|la|l'|der|die|das|im|in der|dans le|dans la) ?)?(?:\\p{L}+ )?${TEXTS} (?:must|should|shall|has to|needs to|can|may|will|doit|devrait|muss|soll|sollte|darf) (?:then |just |simply |only )?(?:be(?=\\s?[:"‹'«])|read|say|mention|state|explain|tell|dire|mentionner|lauten|heißen|sagen|erwähnen)(?![\\p{L}])|^(?:(?:and|then|on|in|for|unter|auf|im|in) )*(?:the |a |its |das |dem |der )?(?:\\p{L}+ )?${TEXTS}(?: (?:for|of|on|under|above|in|to|für|auf) [^:]{2,30})?\\s?:\\s|\\b(?:it|that|this|there) (?:has to|should|must|needs to|shall) (?:read|say)\\b|^(?:put|add|write|insert|include|mention|state|note|say|explain|tell|let|inform|reply|answer|respond|schreib\\p{L}*|erwähn\\p{L}*|sag|mets|écris|dis|ajoute|précise|mentionne)(?:-\\p{L}+)? (?:(?!from now)\\S+ ){0,8}?(?:that|dass|que|qu')(?!\\p{L})|^for (?:the|my|our|your) (?:talk|slides?|poster|demo|presentation|lecture|workshop|mail|e-?mail|letter|flyer|thesis)\\s?[:,]|^in (?:the|my|that|your|this) (?:\\p{L}+ )?${TEXTS},? (?:please )?(?:say|write|put|state|mention|explain|tell)\\b`,
      'u',
    ),
    unless:
      /\b(?:for the record|from now on|in (?:every|all|each) (?:commit|message|report|mail|answer|reply|file|summar)|always (?:say|write|mention|put|start|end)|every (?:commit|message|report|mail)|to (?:your )?memory|note that|please note)\b|^(?:please |pls )?(?:note|remember|keep in mind)\b/,
  },
  {
    // What one was told, in other words than "said".
    reason: 'reported',
    pattern:
      /^(?:the )?word (?:from|at|around|in)\b|\b(?:the|my|our|their|a|his|her) (?:\p{L}+ )?(?:professor|prof|teacher|instructor|mentor|supervisor|trainer|boss) (?:always |once |never )?(?:taught|showed|drilled|made us|used to)\b|\b(?:sales|vendor|supplier|dealer|shop|seller|landlord|plumber|electrician|consultant|salesman|rep)(?: \p{L}+)? (?:promised|promises|assured|assures|swore|guarantees?|guaranteed|reckons?|estimates?|estimated|quoted|quotes)\b|^(?:from|by) (?:what|all) (?:i|we)(?:'ve| have)? (?:gather|hear|heard|understand|know|read|seen)|^(?:per|via|from|over|on|according to) (?:slack|teams|mail|e-?mail|the grapevine|word of mouth|linkedin|twitter|the news|the phone|the hallway|the corridor)\b|^(?:i|we) (?:gather|understand|hear) (?:that )?|\boverheard\b|\b(?:is|are|seems?) (?:convinced|adamant|certain|sure) (?:that|the|it)\b|^(?:nach|laut) (?:auskunft|angaben?|aussage|meinung|ansicht)\b|\b(?:assure|affirme|jure|soutient|promet|garantit) (?:que|qu')|\b(?:versichert|verspricht|garantiert),? dass\b|^(?:\p{L}+ ){1,3}(?:convinced|assures|insists)\b|^in (?:the )?(?:literature|press|news)\b|\b(?:data ?sheets?|manuals?|brochures?|specs?|website|docs|readme|app notes?|datenblatt|prospekt|fiche technique) (?:promises?|guarantees?|advertises?|quotes?|brags?|boasts?|verspricht|promet|annonce)\b|\b(?:in|from|on) (?:the|their|his|her) (?:\p{L}+ )?(?:spec|specification|contract|standard|manual|datasheet|data sheet|norm|wiki|ticket|mail|e-?mail)\b[^:]{0,20}: ?‹|^the (?:internet|consensus|common wisdom|rumou?r)\b/u,
    unless: /\b(?:we|customer|client|contract) (?:insists?|promised)\b/,
  },
  {
    // Still being chosen, or hanging on something that has not happened.
    reason: 'undecided',
    pattern:
      /^(?!.*\b(?:no|not|never|whether)\b.*\beither\b)(?:.*\b)?either .{2,80}\bor\b|\b(?:choice|decision|race|toss-?up|tie|call|debate|decide|choose|choosing|torn|pick|hesitat\p{L}*) (?:is |was )?(?:still |now |really )?between\b|\b(?:still|yet|first|also) (?:have|need|has|needs|got) to (?:be )?(?:settle|pick|choose|decide|agree|find|select|figure|sort|clarif|settled|picked|chosen|decided|agreed|found)\p{L}*|\b(?:have|need) to (?:settle on|pick between|choose between|decide (?:on|between|if|whether)|agree on)\b|\b(?:carved|set|written|cast) in stone\b|\bpencill?ed in\b|^(?:the |our |two |three |possible |main |some )*(?:candidates?|options?|contenders?|short-?list|plan [ab])\b.{0,40}\b(?:is|are|include)\b|\b(?:we|i|they) (?:hope|intend|aim|plan|would love|want|expect|wish) to\b.*\b(?:next year|some ?day|at some|one day|soon|eventually|later|this year)\b|^(?:next|this) (?:year|month|quarter|week|spring|summer|autumn|winter) (?:we|i) (?:hope|want|plan|intend|might|may|aim)\b|^(?:.{0,30}\b)?(?:once|if|when|as soon as|should|provided|assuming|sobald|dès que|quand) (?:the |our )?(?:\p{L}+ )?(?:budget|money|funding|grant|purchasing|management|boss|approval|board|customer|client|legal|finance|head ?count|permit|chef|geld|budget|direction|hiérarchie) (?:is|are|comes|agrees?|approves?|says?|gets?|allows?|arrives?|signs?|gives?|da ist|est|zustimmt|accepte|donne)\b|\b(?:doit|devons|faut|reste à) (?:encore |toujours )?(?:à )?(?:choisir|décider|trancher|se mettre d'accord)\b|\bje penche\b|\b(?:rien n'est|pas encore) (?:fixé|figé|sûr|fait)\b|\bwir (?:schwanken|grübeln|liebäugeln)\b|\birgendwann\b|\b(?:entweder) .{2,60}\boder\b|\bsoit .{2,60}\bsoit\b|\bfloating around\b|\byour (?:pick|call|choice)\b|\bon the table\b|^[^,;:]*\bnot (?:\S+ ){0,3}yet\b|\b(?:will|to|must|should|not|still|yet|we) (?:ask|see|check|know|decide|discuss|find out|clarify)\b.{0,20}\bwhether\b|\bjury is (?:still )?out\b|\bwill (?:decide|vote|discuss|tell us)\b(?! by vote)|,? ob (?:wir|das|die|der|man|ich)(?!\p{L})|\b(?:reste|faut) à voir\b|\b(?:it is|it's|perhaps it's) time (?:that|to|for)\b|\b(?:our|the) preference would\b|(?<!\p{L})(?:noch nicht|pas encore)(?!\p{L})/u,
    unless:
      /\b(?:either|both) (?:is|are|way|side)\b|\beither (?:of|end|direction)\b|\b(?:must|shall|may) (?:\S+ ){0,4}?either\b/,
  },
  {
    // A page of a data sheet.
    reason: 'quote',
    whole: true,
    pattern:
      /^(?:absolute maximum (?:ratings?|values?)|(?:key |main )?features|(?:typical )?applications|ordering (?:information|code)|electrical characteristics|(?:recommended )?operating conditions|general description|(?:technical )?(?:specifications|data)|pin (?:description|configuration)|mechanical data|merkmale|technische daten|caractéristiques(?: techniques)?|grenzwerte)\s?[:|–—-]/u,
  },
];
