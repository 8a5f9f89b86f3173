import type { RuleForms } from './rule.ts';

const de = (source: string): RegExp => new RegExp(`(?<![\\p{L}\\p{N}_])(?:${source})(?![\\p{L}\\p{N}_])`, 'iu');

export const GERMAN: Record<string, RuleForms> = {
  correction: {
    any: [
      de(
        'ich habe mich (?:geirrt|vertan|vertippt)|mein fehler|korrektur:?|ich meinte|nicht \\S+(?: \\S+)?,? sondern \\S+.*',
      ),
      /^(?:nein|nee|doch|moment|falsch|sorry)\s?[,:.]\s.*(?:ist|sind|hat|hei(?:ß|ss)t|beträgt)/u,
      /(?:ist|sind|hat|beträgt)\s[^,;]{1,60},?\s(?:nicht|und nicht|statt)\s[\p{L}\p{N}.,]+(?:\s[\p{L}\p{N}.,]+)?\s?(?:[.!,;]|$)/u,
    ],
    none: [de('nicht (?:sicher|schlimm|klar|so|mehr|gut)')],
  },
  identity: {
    any: [
      de(
        'ich bin (?:der|die|ein|eine|für|zuständig|verantwortlich|entwickler(?:in)?|ingenieur(?:in)?)|ich (?:arbeite|kümmere mich|leite|betreue)|wir sind (?:ein|eine|zwei|drei|vier|fünf) .{0,20}(?:team|firma|leute|gruppe)',
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
      de('der kunde (?:will|verlangt|fordert|besteht|möchte|braucht)'),
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
      /^(?:der|die|das|unser|unsere|jede[rs]?|ein|eine)\s[^?]{2,120}?\s(?:ist|sind|hat|haben|beträgt|braucht|läuft|dauert|kostet|wiegt|liefert|liegt|misst|verträgt|hält|öffnet|startet)\s[^?]*\d/u,
    ],
    none: [de('heute|gerade|fehler')],
    firm: false,
  },
  state: {
    any: [
      /^(?:der|die|das|unser|unsere)\s[^?]{2,80}?\s(?:ist|sind|wird|werden)\s(?:aus|auf|in|im|an|von|fest|ein|eine|immer|nur)\s/u,
      /^(?:der|die|das|unser|unsere)\s[^?]{2,60}?\s(?:läuft auf|läuft unter|liegt in|liegt auf|kommt von|gehört|spricht|steht in|steht im)(?!\p{L})/u,
    ],
    none: [de('problem|fehler|kaputt|gerade')],
    firm: false,
  },
};
