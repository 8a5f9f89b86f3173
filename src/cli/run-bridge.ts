import { type Config, clientFolder } from '../config/load.ts';
import { createLog } from '../core/log.ts';
import { programVersion } from '../core/version.ts';
import { serveBridge } from '../mcp/bridge.ts';
import { OPERATIONS } from '../operations/index.ts';

/** Serves the service of ATOCORE_URL on stdin and stdout until the client goes. Opens no store and no connection by itself. */
export async function runBridge(config: Config): Promise<void> {
  await serveBridge({
    target: { url: config.url!, token: config.token },
    log: createLog(config.log_level),
    version: programVersion(),
    operations: OPERATIONS,
    scope: config.stdio_scope,
    cwd: clientFolder(),
  });
}
