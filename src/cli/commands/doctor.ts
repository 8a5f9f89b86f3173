import type { CommandSpec } from '../command.ts';

export const doctorCommands: readonly CommandSpec[] = [
  {
    usage: 'doctor',
    summary: 'Look at the home and say what is wrong; with --repair mend what can be mended without a loss',
    options: [
      {
        flags: '--repair',
        meaning: 'remove leftovers, make indexes anew, take a broken registry from the newest snapshot',
      },
    ],
    example: 'atocore doctor --repair',
    exits: {
      2: 'also: the home cannot be written',
      3: 'something wants mending',
      10: 'there is no store yet',
      12: 'the store was written by a newer AtoCore',
      13: 'the database or the registry is damaged',
      14: 'the embedder cannot be loaded',
      15: 'the newest snapshot is not good',
    },
    async run(session, _args, options) {
      const { doctorExit, runDoctor } = await import('../../app/doctor.ts');
      const report = await runDoctor(await session.app(), {
        repair: options['repair'] === true,
        signal: session.signal,
      });
      session.exitCode = doctorExit(report);
      session.output.result(report, ({ ok, checks, repairs, offer }) =>
        [
          ...repairs.map((done) => `${done.ok ? 'repaired' : 'not repaired'} ${done.name}: ${done.detail}`),
          ...checks.flatMap((check) => [
            `${check.ok ? 'ok    ' : 'WRONG '} ${check.name}: ${check.detail}`,
            ...(check.hint ? [`         ${check.hint}`] : []),
          ]),
          ...(offer ? [`The newest good snapshot is ${offer.snapshot}: ${offer.command}`] : []),
          ok ? 'All is well.' : 'Something is wrong.',
        ].join('\n'),
      );
    },
  },
];
