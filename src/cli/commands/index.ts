import type { CommandSpec } from '../command.ts';
import { backupCommands } from './backup.ts';
import { captureCommands } from './capture.ts';
import { contextCommands } from './context.ts';
import { doctorCommands } from './doctor.ts';
import { evalCommands } from './eval.ts';
import { hookCommands } from './hook.ts';
import { indexCommands } from './index-commands.ts';
import { memoryCommands } from './memory.ts';
import { projectCommands } from './project.ts';
import { reviewCommands } from './review.ts';
import { serverCommands } from './server.ts';
import { stateCommands } from './state.ts';
import { tokenCommands } from './token.ts';

/** Every command of the program, in the order of the reference page. */
export const COMMANDS: readonly CommandSpec[] = [
  ...serverCommands,
  ...doctorCommands,
  ...projectCommands,
  ...contextCommands,
  ...stateCommands,
  ...memoryCommands,
  ...captureCommands,
  ...backupCommands,
  ...reviewCommands,
  ...indexCommands,
  ...tokenCommands,
  ...hookCommands,
  ...evalCommands,
];
