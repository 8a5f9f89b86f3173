import { createAtoCore } from '../app/atocore.ts';
import type { Config } from '../config/load.ts';
import { clientFolder } from '../config/load.ts';
import { programVersion } from '../core/version.ts';
import { serveAtoCoreStdio } from '../mcp/serve-stdio.ts';
import { auditReport } from '../operations/audit-report.ts';
import { OPERATIONS } from '../operations/index.ts';
import { resourceViews } from '../operations/resource-views.ts';

/** Serves MCP on stdin and stdout until the client goes. Nothing is opened before the first call. */
export async function runStdioServer(config: Config): Promise<void> {
  const app = createAtoCore(config, { longLived: true });
  await serveAtoCoreStdio(app, {
    principal: { kind: 'agent', name: 'stdio', scope: config.stdio_scope },
    cwd: clientFolder(),
    operations: OPERATIONS,
    views: resourceViews,
    version: programVersion(),
    report: auditReport(app),
  });
}
