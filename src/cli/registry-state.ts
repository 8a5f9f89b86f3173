import { AtoError } from '../core/errors.ts';

/** The part of a read's answer that names what is broken. */
export interface MaybeDegraded {
  degraded?: { component: string; reason: string }[];
}

/**
 * Throws REGISTRY_INVALID when a list of projects comes from a registry that is broken now: for a command that acts on the list, "none" or
 * "no such project" would be a false answer.
 */
export function assertRegistryWhole({ degraded = [] }: MaybeDegraded): void {
  const broken = degraded.find(({ component }) => component === 'registry');
  if (broken)
    throw new AtoError(
      'REGISTRY_INVALID',
      broken.reason,
      'Correct the file by hand; it is never overwritten while it is broken.',
    );
}
