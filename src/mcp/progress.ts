import type { ServerContext } from '@modelcontextprotocol/server';
import type { Call } from '../operations/operation.ts';

/**
 * The progress of one call as notifications, or undefined when its caller sent no token. The protocol wants each value to be
 * higher than the one before, so reports that are not are left out.
 */
export function createProgress(ctx: ServerContext): Call['progress'] {
  const progressToken = ctx.mcpReq._meta?.progressToken;
  if (progressToken === undefined) return undefined;
  let highest = -1;
  return ({ done, total, message }) => {
    if (done <= highest || ctx.mcpReq.signal.aborted) return;
    highest = done;
    const params = { progressToken, progress: done, message, ...(total !== undefined && { total }) };
    // A client that has gone ends the call by its signal; a lost report loses nothing.
    ctx.mcpReq.notify({ method: 'notifications/progress', params }).catch(() => {});
  };
}
