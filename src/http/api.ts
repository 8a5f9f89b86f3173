import { z } from 'zod';
import type { AtoCore } from '../app/atocore.ts';
import { AtoError, ERROR_TABLE } from '../core/errors.ts';
import { invoke } from '../operations/invoke.ts';
import { type CallReport, type Operation, scopeAllows } from '../operations/operation.ts';
import { apiPrincipalOf, type Caller } from './callers.ts';
import { type Exchange, HttpError, readJson, sendJson } from './exchange.ts';

export const API_PREFIX = '/api/v1/';

export interface ApiParts {
  app: AtoCore;
  operations: readonly Operation[];
  version: string;
  report: (report: CallReport) => void;
}

/** `POST /api/v1/<operation>` with the operation's input as JSON body, and `GET /api/v1/openapi.json`. */
export async function serveApi(parts: ApiParts, exchange: Exchange, caller: Caller): Promise<void> {
  const { req, res, path, signal } = exchange;
  const name = path.slice(API_PREFIX.length);
  if (name === 'openapi.json') {
    if (req.method !== 'GET') throw new HttpError(405, 'The document can only be read.', 'Use GET.', { allow: 'GET' });
    return sendJson(res, 200, describeApi(parts, caller));
  }
  const operation = parts.operations.find((known) => known.name === name);
  if (!operation)
    throw new AtoError(
      'NOT_FOUND',
      'There is no such operation.',
      `See GET ${API_PREFIX}openapi.json for all of them.`,
    );
  if (req.method !== 'POST')
    throw new HttpError(405, `${name} is called with POST.`, 'Send its input as a JSON body.', { allow: 'POST' });
  const input = await readJson(exchange);
  const call = { app: parts.app, principal: apiPrincipalOf(caller), signal, report: parts.report };
  sendJson(res, 200, await invoke(operation, call, input));
}

/** OpenAPI 3.1 of the operations that this caller may call, from the same schemas that calls are checked with. */
export function describeApi({ operations, version }: Pick<ApiParts, 'operations' | 'version'>, caller: Caller): object {
  const allowed = operations.filter(({ scope }) => scopeAllows(caller.scope, scope));
  return {
    openapi: '3.1.0',
    info: { title: 'AtoCore', version, description: 'Every operation of AtoCore. Times are ISO-8601 in UTC.' },
    security: [{ token: [] }],
    paths: Object.fromEntries(allowed.map((operation) => [`${API_PREFIX}${operation.name}`, pathOf(operation)])),
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'Made with `atocore token create`' } },
      schemas: { Error: ERROR_SCHEMA },
    },
  };
}

const ERROR_SCHEMA = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message', 'hint'],
      properties: {
        code: { type: 'string', enum: Object.keys(ERROR_TABLE) },
        message: { type: 'string' },
        hint: { type: 'string' },
      },
    },
  },
};

function pathOf({ name, title, description, scope, input, output }: Operation): object {
  const json = (schema: unknown) => ({ 'application/json': { schema } });
  const asked = schemaOf(input, 'input');
  return {
    post: {
      operationId: name,
      summary: title,
      description: `${description} Needs the scope ${scope}.`,
      requestBody: { required: 'required' in asked, content: json(asked) },
      responses: {
        200: { description: 'The result', content: json(schemaOf(output, 'output')) },
        default: { description: 'An error', content: json({ $ref: '#/components/schemas/Error' }) },
      },
    },
  };
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): object {
  const { $schema: _dialect, ...json } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return json;
}
