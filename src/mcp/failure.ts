import { ProtocolError, ProtocolErrorCode, ResourceNotFoundError } from '@modelcontextprotocol/server';
import { toAtoError } from '../core/errors.ts';
import type { Call } from '../operations/operation.ts';

/**
 * What a failed resource, prompt or completion answers: a protocol error with the wire form of ours as data. A missing thing
 * is the protocol's "resource not found" when `uri` is given. Unknown errors are logged and lose their text (toAtoError).
 */
export function protocolError(thrown: unknown, call: Call, what: string, uri?: string): ProtocolError {
  if (thrown instanceof ProtocolError) return thrown;
  const error = toAtoError(thrown);
  if (error.code === 'INTERNAL') call.app.log.error({ what, err: error.cause }, error.message);
  if (uri !== undefined && (error.code === 'NOT_FOUND' || error.code === 'UNKNOWN_PROJECT')) {
    return new ResourceNotFoundError(uri, `Resource not found: ${error.message}`);
  }
  const code = error.code === 'INVALID_INPUT' ? ProtocolErrorCode.InvalidParams : ProtocolErrorCode.InternalError;
  return new ProtocolError(code, error.hint ? `${error.message} ${error.hint}` : error.message, error.toBody());
}
