import type { AtoCore } from '../app/atocore.ts';
import { createAuditLog } from '../app/audit-log.ts';
import type { CallReport } from './operation.ts';

/** A listener for `Call.report` that writes every call of write or admin scope into the audit log of the home. */
export function auditReport({ config, clock, log }: AtoCore): (report: CallReport) => void {
  const audit = createAuditLog({ home: config.home, clock, log });
  return ({ operation, scope, principal, outcome, duration_ms }) => {
    if (scope !== 'read') audit({ actor: `${principal.kind}:${principal.name}`, operation, outcome, duration_ms });
  };
}
