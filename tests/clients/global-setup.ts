import { installClients } from './installation.ts';

/** Before the first test: the pinned clients are there. */
export default async function setup(): Promise<void> {
  await installClients();
}
