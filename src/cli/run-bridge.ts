import { type Config, clientFolder } from '../config/load.ts';
import { createLog } from '../core/log.ts';
import { programVersion } from '../core/version.ts';
import { serveBridge } from '../mcp/bridge.ts';
import { OPERATIONS } from '../operations/index.ts';
import { keepForwarding } from './forward-spool.ts';

/** Serves the service of ATOCORE_URL on stdin and stdout until the client goes. Opens no store and no connection by itself. */
export async function runBridge(config: Config): Promise<void> {
  const target = { url: config.url!, token: config.token };
  const log = createLog(config.log_level);
  const onError = (error: Error) => log.warn({ err: error }, 'captured turns wait');
  const stop = config.capture_disabled ? () => {} : keepForwarding(config.home, target, onError);
  await serveBridge({
    target,
    log,
    version: programVersion(),
    operations: OPERATIONS,
    scope: config.stdio_scope,
    cwd: clientFolder(),
  });
  stop();
}
