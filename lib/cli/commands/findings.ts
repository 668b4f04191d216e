import type { Command } from 'commander';
import { answerCommand, type Cli } from '../answer-command.ts';
import { renderFindings } from '../render/finding.ts';
import { jsonText } from '../render/table.ts';
import type { Target } from '../wiring-interface.ts';

export const addFindings = (program: Command, cli: Cli): void => {
  program
    .command('findings')
    .description('list what is open, most urgent first')
    .option('--folded', 'only the backlog: what was told in a mass-change message', false)
    .option('--json', 'print JSON (rollcall.findings/1)', false)
    .action(async ({ folded, json }: { folded: boolean; json: boolean }, command: Command) => {
      const client = await cli.connect(command.optsWithGlobals<Target>());
      answerCommand(cli, await client.findings({ folded }), json ? jsonText : answer => renderFindings(answer, cli.stdout));
    });
};
