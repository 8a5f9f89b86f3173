import { enableCompileCache } from 'node:module';

// The program of the child: the cache must be on before anything large is loaded.
enableCompileCache();
const { answerLocally } = await import('./answer-locally.ts');
await answerLocally();
process.exit();
