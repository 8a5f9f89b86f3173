import type { RuleForms } from './rule.ts';

/** A noun that begins a statement without its article, and what may stand before its verb. */
const BARE =
  '^(?!ich|du|wir|es|er|sie|man|das|hier|da|jetzt|gerade|heute|morgen|gestern|dann|also|aber|und|oder|so|wie|was|wer|wo|kein|nichts|alles)\\p{L}[\\p{L}\\d./-]{2,}(?: [\\p{L}\\d./-]+){0,3}?';

const de = (source: string): RegExp => new RegExp(`(?<![\\p{L}\\p{N}_])(?:${source})(?![\\p{L}\\p{N}_])`, 'iu');

export const GERMAN: Record<string, RuleForms> = {
  correction: {
    any: [
      de(
        'ich habe mich (?:geirrt|vertan|vertippt)|mein fehler|korrektur:?|ich meinte|nicht \\S+(?: \\S+)?,? sondern \\S+.*',
      ),
      /^(?:nein|nee|doch|moment|falsch|sorry)\s?[,:.]\s.*(?:ist|sind|hat|hei(?:ß|ss)t|beträgt|fasst|läuft|liegt|misst|wiegt|braucht|kostet|dauert|hält|gilt|verwendet|nutzt|kommt|steht|hängt)/u,
      /(?:ist|sind|hat|beträgt)\s[^,;]{1,60},?\s(?:nicht|und nicht|statt)\s[\p{L}\p{N}.,]+(?:\s[\p{L}\p{N}.,]+)?\s?(?:[.!,;]|$)/u,
    ],
    none: [de('nicht (?:sicher|schlimm|klar|so|mehr|gut)')],
  },
  identity: {
    any: [
      de(
        'ich bin (?:der|die|ein|eine|für|zuständig|verantwortlich|werkstudent(?:in)?|student(?:in)?|doktorand(?:in)?|techniker(?:in)?|elektriker(?:in)?|mechaniker(?:in)?|physiker(?:in)?|chemiker(?:in)?|gelernter?|entwickler(?:in)?|ingenieur(?:in)?)|ich (?:arbeite|kümmere mich|leite|betreue)|wir sind (?:ein|eine|zwei|drei|vier|fünf) .{0,20}(?:team|firma|leute|gruppe)',
      ),
    ],
    none: [de('arbeite (?:gerade|noch|dran)')],
  },
  adaptation: {
    any: [
      /^(?:bitte )?(?:ab (?:jetzt|sofort|heute)|künftig|in zukunft|immer|nie(?:mals)?|grundsätzlich)(?!\p{L})/u,
      de('wenn ich .{2,60}, (?:dann|will|möchte|meine).*|ab sofort'),
    ],
  },
  preference: {
    any: [
      de(
        'ich (?:bevorzuge|mag (?:keine?n?|lieber)|hasse|will (?:keine?n?|immer|nur)|möchte (?:keine?n?|immer|nur|lieber)|hätte (?:lieber|gern immer)|finde .{2,40} (?:besser|übersichtlicher))|mir ist .{2,30} lieber|bitte (?:immer )?(?:auf|in) (?:englisch|deutsch|französisch|metrisch\\p{L}*)',
      ),
    ],
  },
  decision: {
    any: [
      de(
        '(?:wir|das team|der kunde|ich) (?:haben?|hat|habe) (?:uns |sich |mich )?.{0,80}(?:entschieden|beschlossen|festgelegt|geeinigt|vereinbart|verworfen|gestrichen|verschoben|freigegeben)|wir (?:nehmen|bleiben|verwenden|nutzen|setzen|wechseln|steigen|verzichten|behalten|streichen|machen .{2,40} nicht)|es bleibt bei|(?:reicht|reichen|genügt|genügen) (?:uns|eine?)|(?:ist|wird|wurde|werden) .{0,40}(?:beschlossen|gestrichen|verworfen|ersetzt|entschieden|festgelegt)',
      ),
      /^(?:entscheidung|beschluss|ergebnis|festgelegt|beschlossen)(?: \p{L}+){0,3}\s?[:,–—-]/u,
    ],
    none: [de('noch nicht|nichts')],
  },
  requirement: {
    any: [
      de(
        'muss|müssen|darf (?:nicht|nur|kein\\p{L}*|maximal|höchstens|nie)|dürfen (?:nicht|nur|kein\\p{L}*|maximal|nie)|maximal|höchstens|mindestens|nicht mehr als|verboten|pflicht|zwingend|erforderlich|vorgabe|vorgeschrieben|nie(?:mals)?|immer|nur noch|(?:daher|also|deshalb|bitte) (?:bitte )?keine?[nrms]?',
      ),
      /^(?:anforderung(?:en)?|vorgaben?|regeln?|grenzwert|frist|budget)(?: \p{L}+){0,3}\s?:/u,
      /^(?!ich|du)\p{L}+ (?:nie|niemals|nur|immer) (?:ins?|in den|in die|im|auf|per|mit|über|als|netto|brutto)(?!\p{L})/u,
      de('(?:der )?kunde (?:will|verlangt|fordert|besteht|möchte|braucht)'),
    ],
    none: [
      de(
        '(?:ich|du) (?:muss|musst|darf|darfst)|(?:muss|müssen) (?:ich|wir|man|du)|immer (?:noch|wieder)|wie immer|das muss',
      ),
    ],
  },
  practice: {
    any: [
      de(
        'wir (?:bauen|testen|liefern|speichern|messen|schreiben|arbeiten|deployen|hosten|prüfen|versionieren|rechnen|verschicken|unterstützen|betreiben)|(?:schreiben|nehmen|verwenden|nutzen|speichern|liefern|testen|bauen|halten|messen|prüfen) wir',
      ),
      /^(?:alle|jede[rs]?|sämtliche) .{2,80}(?<!\p{L})(?:ist|sind|hat|haben|werden|wird|bekommt|bekommen|laufen|läuft)(?!\p{L})/u,
    ],
    firm: false,
  },
  event: {
    any: [
      de(
        'gestern|morgen (?:früh|kommt|wird)|übermorgen|nächste[nr]? (?:woche|monat|montag|dienstag|mittwoch|donnerstag|freitag)|letzte[nr]? (?:woche|monat)|(?:am |bis (?:zum )?|ab )?\\d{1,2}\\. (?:januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember)',
      ),
    ],
    none: [/^(?:ich|erinnere)(?!\p{L})/u],
    firm: false,
  },
  explicit: { any: [/^(?:zur info|merke?:?|merk dir|wichtig:|hinweis:|nur zur info)(?!\p{L})/u] },
  fact: {
    any: [
      new RegExp(
        `${BARE} (?:ist|sind|hat|haben|beträgt|braucht|läuft|laufen|dauert|kostet|wiegt|liegt|liegen|misst|verträgt|hält|fördert|zieht|fasst|verbraucht|schafft|dreht|regelt|schaltet|arbeitet|arbeiten|hängt|hängen|endet|beginnt)\\s[^?]*\\d`,
        'u',
      ),
      /^(?:der|die|das|unser|unsere|jede[rs]?|ein|eine)\s[^?]{2,120}?\s(?:ist|sind|hat|haben|beträgt|braucht|läuft|dauert|kostet|wiegt|liefert|liegt|misst|verträgt|hält|öffnet|startet)\s[^?]*\d/u,
    ],
    none: [de('heute|gerade|fehler')],
    firm: false,
  },
  state: {
    any: [
      new RegExp(
        `${BARE} (?:läuft|laufen|liegt|liegen|hängt|hängen|steht|stehen|kommt|kommen|gehört|gehören|sitzt|sitzen) (?:\\S+ )?(?:auf|am|an|in|im|bei|beim|unter|über|hinter|von|vom|aus|zu|zum|zur|per|mit)(?!\\p{L})|${BARE} (?:ist|sind) (?:immer |nur |stets |alle )?(?:aus|auf|in|im|ein|eine|pflicht|tabu)(?!\\p{L})`,
        'u',
      ),
      /^(?:(?:die|der|das|unsere?) )?(?:schnittstelle|protokoll|sprache|einheit(?:en)?|format|datenbank|betriebssystem|antrieb|steuerung|lizenz|zeitzone|währung|version)(?: \S+){0,4} (?:ist|sind|bleibt|bleiben) (?!noch|nicht|kaputt|weg|falsch|unklar|offen)\S+|^für .{2,60} (?:gilt|gelten) \S+|(?<!\p{L})(?:übernimmt|betreut|verantwortet|leitet|pflegt) (?:der |die |das )?\p{L}+|^(?:\S+ ){1,5}wird (?:nie|nicht|nur|immer) \p{L}+[.!]?$|^bei uns (?:heißt|heißen|ist|sind|gilt)(?!\p{L})/u,
      /^(?:der|die|das|unser|unsere)\s[^?]{2,80}?\s(?:ist|sind|wird|werden)\s(?:aus|auf|in|im|an|von|fest|ein|eine|immer|nur)\s/u,
      /^(?:der|die|das|unser|unsere)\s[^?]{2,60}?\s(?:läuft auf|läuft unter|liegt in|liegt auf|kommt von|gehört|spricht|steht in|steht im)(?!\p{L})/u,
    ],
    none: [de('problem|fehler|kaputt|gerade')],
    firm: false,
  },
};
