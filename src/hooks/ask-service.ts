import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { LIMITS } from '../core/limits.ts';

/** Calls one operation, wherever it runs; throws whatever went wrong. */
export type CallOperation = (operation: string, input: object) => Promise<unknown>;

/** Calls operations of the service at `url` over one kept connection. The hook's own deadline is the only one. */
export function serviceCaller(url: string, token: string | undefined): CallOperation {
  const base = url.endsWith('/') ? url : `${url}/`;
  const isTls = base.startsWith('https:');
  const agent = isTls ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  return (operation, input) =>
    new Promise((resolve, reject) => {
      const body = JSON.stringify(input);
      const headers = {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      };
      const address = new URL(`api/v1/${operation}`, base);
      const sent = (isTls ? httpsRequest : httpRequest)(address, { method: 'POST', headers, agent }, (answer) => {
        const parts: Buffer[] = [];
        let size = 0;
        answer.on('data', (part: Buffer) => {
          parts.push(part);
          size += part.length;
          if (size > LIMITS.hookInputBytesMax) answer.destroy(new Error('the answer is too large'));
        });
        answer.on('error', reject);
        answer.on('end', () => {
          try {
            if (answer.statusCode !== 200) throw new Error(`the service answered ${answer.statusCode}`);
            resolve(JSON.parse(Buffer.concat(parts).toString('utf8')));
          } catch (error) {
            reject(error as Error);
          }
        });
      });
      sent.on('error', reject);
      sent.end(body);
    });
}
