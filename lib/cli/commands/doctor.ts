import { type Command, Option } from 'commander';
import * as z from 'zod';
import type { Cli } from '../answer-command.ts';
import { accessCheck } from '../doctor/access-check.ts';
import { CALLER_CHECKS } from '../doctor/caller-checks.ts';
import { answerSchema, type Check, cannotTell, type DoctorPorts } from '../doctor/check.ts';
import { STACK_CHECKS } from '../doctor/stack-checks.ts';
import { EXIT } from '../exit-code.ts';
import { checkText, summaryText } from '../render/doctor.ts';
import { jsonText } from '../render/table.ts';
import { readRegions } from './scan.ts';

/** `rollcall doctor --format json`. Within `rollcall.doctor/1` keys are only ever added. */
export const doctorOutputSchema = z.strictObject({
  schema: z.literal('rollcall.doctor/1'),
  at: z.string(),
  checks: z.array(answerSchema.extend({ id: z.string(), title: z.string() })),
});
type Checked = z.infer<typeof doctorOutputSchema>['checks'][number];

interface DoctorOptions {
  readonly stack?: string;
  readonly regions?: readonly string[];
  readonly format: 'table' | 'json';
}

export const addDoctor = (program: Command, cli: Cli): void => {
  program
    .command('doctor')
    .description('check what a scan, and with --stack a deployed Rollcall, needs, and say how to mend what is missing; changes nothing')
    .option('--regions <list>', 'comma-separated (default: as in rollcall.yaml, else the region of your credentials)', readRegions)
    .addOption(new Option('--format <format>').choices(['table', 'json']).default('table'))
    .addHelpText('after', '\nExit 0: nothing to mend. 1: something to mend. 2: bad input.')
    .action(async (_options: unknown, command: Command) => {
      const { stack, regions, format } = command.optsWithGlobals<DoctorOptions>();
      const ports = await cli.doctor({ stack, regions });
      const say = (text: string): void => void (format === 'table' && cli.stdout.write(text));
      const checks: Checked[] = [];
      for (const { id, title, run } of await checksFor(ports)) {
        const checked = { id, title, ...(await run(ports)) };
        checks.push(checked);
        say(checkText(checked));
      }
      say(summaryText(checks));
      if (format === 'json') cli.stdout.write(jsonText({ schema: 'rollcall.doctor/1', at: ports.now(), checks }));
      cli.exit(checks.some(({ state }) => state === 'MEND') ? EXIT.FINDINGS : EXIT.OK);
    });
};

const NOBODY: Check = { id: 'access', title: 'reading deployments', run: async () => cannotTell('who asks is not known') };

/** Where nobody knows who asks, there is no account whose scopes could be read. */
const checksFor = async (ports: DoctorPorts): Promise<readonly Check[]> => {
  const { who } = await ports.whoAmI();
  const access = who.ok ? (await ports.scopes()).map(accessCheck) : [NOBODY];
  return [...CALLER_CHECKS, ...access, ...(ports.stack === undefined ? [] : STACK_CHECKS)];
};
