import type { Command } from 'commander';
import { answerCommand, type Cli } from '../answer-command.ts';
import { renderFinding } from '../render/finding.ts';
import { jsonText } from '../render/table.ts';
import type { Target } from '../wiring-interface.ts';

export const addShow = (program: Command, cli: Cli): void => {
  program
    .command('show')
    .description('show one finding: what to do, what it rests on, who was told, what became of it')
    .argument('<finding>', 'its id, or the first characters of it: F-7K3Q')
    .option('--json', 'print JSON (rollcall.finding/1)', false)
    .action(async (id: string, { json }: { json: boolean }, command: Command) => {
      const client = await cli.connect(command.optsWithGlobals<Target>());
      const outcome = await client.show(id);
      answerCommand(cli, outcome, finding =>
        json ? jsonText({ schema: 'rollcall.finding/1', finding }) : renderFinding(finding, cli.stdout),
      );
    });
};
