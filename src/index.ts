export { type AtoCore, createAtoCore } from './app/atocore.ts';
export { type Config, loadConfig } from './config/load.ts';
export { AtoError, ERROR_TABLE, type ErrorBody, type ErrorCode } from './core/errors.ts';
export { getOperation, OPERATIONS } from './operations/index.ts';
export { invoke } from './operations/invoke.ts';
export type { Call, Operation, Principal, Scope } from './operations/operation.ts';
