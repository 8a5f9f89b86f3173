import type { RuleForms } from './rule.ts';

const ON = "(?:on|nous)(?:\\s(?:a|ont|avons|est|s'est|n'a|ne|n'|y|en|vient de|venons de|ira|va|allons))?";
const NOT_HABIT =
  "a|ont|avons|est|sommes|pourrait|pourrions|devrait|devrions|peut|pouvons|sait|savons|voit|voyons|pense|pensons|croit|espère|essaie|essaye|regarde|regardons|aimerait|voudrait|voulait|veut|avait|était|serait|ferait|aurait|doit|devons|parle|parlait|dirait|cherche|verra|hésite|attend|reprend|commence|continue|ne|n'|va|y|en|se|s'|m'|me|te|l'|le|la|les|lui|fait quoi|mange|boit|dort|rentre|rigole|attaque|arrive|se voit|s'appelle|rappelle";

/** `\b` knows ASCII only, so words with accents at their ends are bounded by hand. */
const fr = (source: string): RegExp => new RegExp(`(?<![\\p{L}\\p{N}_])(?:${source})(?![\\p{L}\\p{N}_])`, 'iu');

export const FRENCH: Record<string, RuleForms> = {
  correction: {
    any: [
      fr(
        "je me corrige|je me suis trompée?|erreur de ma part|j'ai dit une bêtise|contrairement à ce que j'ai dit|je voulais dire|en fait,? (?:c'est|ce sont|il s'agit|le|la|les|on)",
      ),
      /^(?:non|faux|erreur|correction|pardon|désolée?|attends?|oups)\s?[,:.;!]?\s.*(?:c'est|est|fait|sont|ce sont|mesure|vaut)/u,
      /(?:c'est|est|font|fait|de|vaut|sont|a)\s[^,;]{1,60},?\s(?:et pas|pas|et non|non pas|plutôt que)\s[\p{L}\p{N}.,]+(?:\s[\p{L}\p{N}.,]+)?\s?(?:[.!,;]|$)/u,
      /(?<!\p{L})pas [\p{L}\p{N}.,°%-]+(?: [\p{L}\p{N}.,°%]+)? mais \S+/u,
    ],
    none: [/^non,? (?:c'est bon|ça va|merci)|(?<!\p{L})pas (?:grave|mal|encore|sûre?|vraiment|besoin)(?!\p{L})/u],
  },
  identity: {
    any: [
      fr(
        "je (?:suis (?:responsable|chargée?|ingénieure?|technicien(?:ne)?|\\p{L}{3,}(?:icien(?:ne)?|ologue|iste|nieure?|atrice|ateur)|postdoc|post-doc|doctorante?|thésarde?|stagiaire|étudiante?|prof|chercheu(?:r|se)|développeu(?:r|se)|(?:le|la|un|une|dans|l')(?=[ \\p{L}])\\s?\\p{L}+|en charge|à (?!l'heure))|m'occupe|travaille(?! dessus| sur (?:ça|ce))|gère|pilote|dirige|parle|ne (?:parle|connais) pas)|je m'occupe|(?:on est|nous sommes) (?:une (?:équipe|boîte|société)|un groupe|un labo|deux|trois|quatre|cinq)|mon (?:rôle|métier|poste|équipe) (?:est|c'est)",
      ),
    ],
    none: [fr('je suis (?:en train|en réunion|en retard|à fond|le problème|un peu)')],
  },
  adaptation: {
    any: [
      /^(?:désormais|dorénavant|à partir de maintenant|à l'avenir|la prochaine fois|par défaut|en général)(?!\p{L})/u,
      /^(?:s'il te plaît |stp )?(?:toujours|jamais|ne .{1,40} jamais|n'.{1,40} (?:jamais|plus))(?!\p{L})/u,
      /^(?:évite|arrête|cesse)[sz]? (?:de|d'|les|le|la|tout)(?!\p{L})/u,
      /^(?:quand|lorsque|si|chaque fois que) (?:je|j'|tu).{1,60}, /u,
      fr(
        "même (?:si|quand) (?:je|j'|tu)|ça m'agace|à chaque fois que tu|sans (?:me )?demander|(?:réponds?|réponse)[ -]moi (?:toujours|en)",
      ),
    ],
    none: [/^arrête (?:le|la|les) \p{L}+$|^toujours (?:pas|rien|le même|la même|en panne)(?!\p{L})/u],
  },
  preference: {
    any: [
      fr(
        "je (?:préfère|n'aime pas|déteste|ne supporte pas|ne veux (?:pas|plus)|veux (?:toujours|que|des|les|tout|uniquement|seulement))|j'aime (?:mieux|que|les|bien)|je préférerais|ma préférence|pas fan d",
      ),
    ],
    none: [
      fr(
        '(?:veux|veut) (?:voir|savoir)|(?:première|deuxième|dernière|autre) (?:version|option|solution)|que tu (?:fasses|regardes|corriges|ajoutes|vérifies)',
      ),
      /(?<!\p{L})(?:ça|cela)\.?$/u,
    ],
  },
  definition: { any: [fr("on appelle|veut dire|par .{2,40} (?:on|j'|je) enten(?:d|ds)|signifie|chez nous,? un")] },
  decision: {
    any: [
      new RegExp(
        `(?<!\\p{L})${ON} (?:finalement |donc |tous |toujours |bien |enfin )*(?:choisi|décidé|convenu|retenu|abandonné|opté|adopté|tranché|validé|figé|acté|arrêté|renoncé|écarté|rejeté|remplacé|migré|part sur|partons sur|garde|gardons|reste (?:sur|avec|en|à)|restons sur|laisse tomber|mis d'accord|passe (?:à|au|sur|en)|passons (?:à|au|sur|en)|arrête|abandonne|prend|prenons|bascule|mise sur|supprime|utilisera|prendra|gardera|partira|fera|remplace|remplaçons)(?!\\p{L})`,
        'iu',
      ),
      fr(
        "il a été (?:décidé|convenu)|c'est (?:décidé|acté|tranché|validé|réglé|non|parti pour)|on n'(?:utilise|a) plus|nous n'utilisons plus|on ne (?:fait|garde|supporte|prend|livre) (?:pas|plus)|la (?:décision|solution retenue)|hors (?:périmètre|sujet pour)|finalement,? (?:on|ce sera|c'est)|ce sera|va pour|sera(?:ont)? remplacée?s?|(?:est|sont) (?:retenue?s?|abandonnée?s?|annulée?s?|reportée?s?|gelée?s?|validée?s?|figée?s?)|plutôt que|au lieu d(?:e|u|es)",
      ),
      /^ok pour (?!ça|moi|demain)\p{L}/u,
      /^(?:décisions?|choix|conclusion|verdict|retenu|acté|décidé|accord)(?: \p{L}+){0,3}\s?[:,–—-]/u,
      /^(?:\p{L}+ )?(?:valeur|solution|option|version|choix) (?:retenue?|choisie?|validée?)(?!\p{L})/u,
      /^(?:le|la|l'|notre) ?\p{L}+ a (?:décidé|validé|choisi|accepté|refusé|tranché|confirmé)(?!\p{L})/u,
    ],
    none: [
      fr("si on|et si|on verra|pas encore|rien décidé|n'a rien|on a décidé de rien|on prend (?:un café|l'apéro)|quoi"),
    ],
  },
  requirement: {
    any: [
      fr(
        "doit|doivent|devra|devront|il faut(?: que)?|faut (?:que|absolument|surtout pas|pas)|il ne faut (?:pas|jamais)|exige(?:nt)?|impose(?:nt)?|obligatoires?|interdite?s?|interdiction|une? seule? \\p{L}+ par|surtout (?:pas|aucune?)|au (?:plus|moins|maximum|minimum)|(?:ne|n')\\s?(?:\\p{L}+ ){0,2}(?:supporte|dépasse|accepte) pas|ne peut pas|ne peuvent pas|pas plus de|jamais|toujours|limitée?s? à|impératif|impérativement|à respecter|(?:débit|charge|température|pression|tension|vitesse|durée|taille|budget|délai|seuil|tolérance|masse|poids) (?:maximale?|minimale?|max|min|nominale?)",
      ),
      /^(?:exigences?|contraintes?|règles?|limites?|délai|budget|spécification|norme)(?: \p{L}+){0,3}\s?:/u,
      /^(?:le|la|l'|notre) ?(?:client|site|norme|contrat|labo|qualité|utilisateur)e?s? (?:ne )?(?:veut|veulent|demande|exige|souhaite|impose|attend|refuse)(?!\p{L})/u,
      /^(?:pas d(?:e|')|aucune?|seuls?|seules?|uniquement|rien que|max|maxi|mini) .{4,}/u,
    ],
    none: [
      fr(
        "(?:tu|je|j'|vous) (?:ne )?(?:dois|devez|dois pas)|toujours (?:pas|le même|la même|en panne|rien)|il faut (?:voir|attendre|qu'on (?:regarde|voie|en parle))|jamais (?:vu|marché|réussi)|ça doit être|doit être (?:un|une|le|la|dû|parce)|pas de (?:souci|problème|quoi|panique|nouvelles)|que tu",
      ),
    ],
  },
  practice: {
    any: [
      new RegExp(`(?<!\\p{L})(?:on|nous) (?!(?:${NOT_HABIT})(?!\\p{L}))\\p{L}{3,} (?!quoi|ça)\\p{L}+`, 'iu'),
      fr('on ne \\p{L}+ jamais|on a toujours|(?:est|sont) .{2,60} partout|tout (?:passe|est|va|doit)'),
      /^(?:chaque|tous les|toutes les|tout|toute) .{2,80}(?<!\p{L})(?:est|sont|a|ont|passe|passent|doit|exige|commence|porte|portent|contient)(?!\p{L})/u,
    ],
    none: [
      fr("on (?:dirait|dit|sait|voit|y va|s'en fiche|a un (?:problème|souci|bug))"),
      /^(?:je|j'|tu|mon|ma|mes)\b/u,
    ],
    firm: false,
  },
  event: {
    any: [
      fr(
        'hier|demain|avant-hier|après-demain|la semaine (?:prochaine|dernière)|le mois (?:prochain|dernier)|il y a (?:deux|trois|\\d+) (?:jours|semaines|mois)|(?:lundi|mardi|mercredi|jeudi|vendredi) (?:prochain|dernier)|(?:le |du |au |avant le |depuis le )?\\d{1,2}(?:er)? (?:janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre)(?: \\d{4})?',
      ),
    ],
    none: [
      /^(?:j'ai|je|rappelle|dis|on (?:en parle|voit|regarde|continue))(?!\p{L})|(?<!\p{L})(?:était|étaient|j'ai)(?!\p{L})|(?:serveur|site|build|pipeline|test|script|prod|réseau)s? .{0,20}(?:tombée?s?|plantée?s?|échoué|cassée?s?)/u,
    ],
    firm: false,
  },
  finding: {
    any: [
      fr(
        "(?:on a|j'ai|nous avons) (?:mesuré|constaté|vérifié|trouvé que|observé|appris|testé|confirmé|relevé)|il s'avère|mesurée?s? sur",
      ),
    ],
    none: [fr('rien|une? (?:bug|faute|typo)')],
    firm: false,
  },
  explicit: {
    any: [
      /^(?:pour info|pour mémoire|à noter|note(?:z)? que|retiens que|rappel|à retenir|n'oublie pas que|sache que|important)(?!\p{L})/u,
    ],
  },
  fact: {
    any: [
      /^(?:le|la|les|l'|nos|notre|chaque|ce|cette|un|une)\s?[^?]{2,120}?\s(?:est|sont|a|ont|fait|font|pèse|compte|mesure|sort|coûte|prend|tourne|tournent|partent|part|utilise|contient|dure|consomme|tient|supporte|commence|démarre|arrive|ouvre|ferme|monte|descend|marche|fonctionne|vaut|fait|s'ouvre|se ferme|atteint|reçoit|envoie)\s[^?]*\d/u,
    ],
    none: [/(?<!\p{L})(?:aujourd'hui|pour l'instant|en ce moment|erreur|échoue|planté)(?!\p{L})/u],
    firm: false,
  },
  state: {
    any: [
      /^(?:le|la|les|l'|nos|notre|chaque|tous les|toutes les)\s?[^?]{2,80}?\s(?:est|sont)\s(?:toujours |uniquement |désormais )?(?:posée?s?|refroidie?s?|stabilisée?s?|fabriquée?s?|montée?s?|alimentée?s?|lue?s?|stockée?s?|hébergée?s?|écrite?s?|basée?s?|reliée?s?|branchée?s?|fixée?s?|collée?s?|sous |codée?s?|chiffrée?s?|générée?s?|livrée?s?|gérée?s?|un |une |en |dans |sur |à |au )/u,
      /^(?:le|la|les|l'|notre|nos)\s?[^?]{2,60}?\s(?:vient de|dépend de|tourne sur|passe par|se trouve|communique|utilise|appartient|s'appelle|s'occupe)(?!\p{L})/u,
    ],
    none: [/(?<!\p{L})(?:problème|panne|erreur|bug|encore|en cours|en retard|prêt|vide)(?!\p{L})/u],
    firm: false,
  },
};
