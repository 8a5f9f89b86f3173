import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ROOT, type Scratch } from './scratch.ts';

/** `atocore serve` on a free port of loopback, as a process of its own on the scratch home. */
export interface RunningService {
  url: string;
  pid: number;
  /** Stops it in its tracks: it keeps its port and answers nobody. */
  freeze(): void;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
}

export async function startService(scratch: Scratch): Promise<RunningService> {
  const child = spawn(process.execPath, [join(ROOT, 'bin', 'atocore'), 'serve', '--port', '0'], {
    env: scratch.env,
    cwd: scratch.home,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'close');
  let said = '';
  const url = new Promise<string>((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (part: string) => {
      said += part;
      const address = /serves at (http:\S+)/.exec(said)?.[1];
      if (address !== undefined) resolve(address);
    });
    void ended.then(() => reject(new Error(`the service ended: ${said}`)));
  });
  return {
    url: await url,
    pid: child.pid!,
    freeze: () => void child.kill('SIGSTOP'),
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
