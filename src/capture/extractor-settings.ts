import type { ConfigValues } from '../config/schema.ts';
import { AtoError } from '../core/errors.ts';

export type ExtractorSettings = Pick<ConfigValues, 'extractor' | 'extractor_url' | 'extractor_model' | 'extractor_key'>;

/** Why nothing could look for candidates, with the way out, or undefined (case C25). */
export function extractorProblem(settings: ExtractorSettings): AtoError | undefined {
  if (settings.extractor === 'none')
    return new AtoError(
      'CONFIG_INVALID',
      'Nothing looks for candidates: extractor = none.',
      'Set ATOCORE_EXTRACTOR=rules, or model with an endpoint.',
    );
  if (settings.extractor === 'rules') return undefined;
  const missing = (['extractor_url', 'extractor_model'] as const).find((key) => settings[key] === undefined);
  return missing === undefined
    ? undefined
    : new AtoError(
        'CONFIG_INVALID',
        `extractor = model lacks ${missing}.`,
        'Set ATOCORE_EXTRACTOR_URL and ATOCORE_EXTRACTOR_MODEL, or ATOCORE_EXTRACTOR=rules.',
      );
}
