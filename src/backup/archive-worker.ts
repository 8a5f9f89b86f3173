import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { parentPort, workerData } from 'node:worker_threads';
import { Decrypter, Encrypter } from 'age-encryption';
import { packTar, unpackTar } from 'modern-tar/fs';
import type { ArchiveAnswer, ArchiveTask } from './archive.ts';
import { isSnapshotPath, MANIFEST_NAME } from './manifest.ts';

/*
 * Packs a snapshot into one encrypted file, or the other way round, and ends. A thread, since making the key of a passphrase is
 * seconds of work in one piece by design. The format is tar inside age, so that `age -d` and `tar` read it without AtoCore.
 */
async function seal({ folder, id, paths, to, passphrase }: Extract<ArchiveTask, { do: 'seal' }>): Promise<void> {
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  const entries = paths.map((path) => ({
    type: 'file' as const,
    source: join(folder, path),
    target: `${id}/${path}`,
    mode: 0o600,
  }));
  const packed = Readable.toWeb(packTar(entries));
  const sealed = await encrypter.encrypt(packed as unknown as globalThis.ReadableStream<Uint8Array>);
  await pipeline(
    Readable.fromWeb(sealed as unknown as ReadableStream),
    createWriteStream(to, { flags: 'wx', mode: 0o600, flush: true }),
  );
}

/** Writes the files of a snapshot and nothing else that an archive may hold. */
async function open({ file, to, passphrase }: Extract<ArchiveTask, { do: 'open' }>): Promise<void> {
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase);
  const bytes = Readable.toWeb(createReadStream(file));
  const opened = await decrypter.decrypt(bytes as unknown as globalThis.ReadableStream<Uint8Array>);
  // The folder's own name is taken off before this is asked.
  const isOurs = (name: string) => name === MANIFEST_NAME || isSnapshotPath(name);
  await pipeline(
    Readable.fromWeb(opened as unknown as ReadableStream),
    unpackTar(to, {
      strip: 1,
      strict: true,
      fmode: 0o600,
      dmode: 0o700,
      filter: ({ type, name }) => type === 'file' && isOurs(name),
    }),
  );
}

const task = workerData as ArchiveTask;
let answer: ArchiveAnswer = {};
try {
  await (task.do === 'seal' ? seal(task) : open(task));
} catch (error) {
  answer = { error: (error as Error).message, code: (error as NodeJS.ErrnoException).code };
}
parentPort?.postMessage(answer);
