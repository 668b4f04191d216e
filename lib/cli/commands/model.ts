import type { Command } from 'commander';
import { answerCommand, type Cli } from '../answer-command.ts';
import { renderModel } from '../render/model.ts';
import { jsonText } from '../render/table.ts';
import type { Target } from '../wiring-interface.ts';

export const addModel = (program: Command, cli: Cli): void => {
  program
    .command('model')
    .description('show one model: who owns it, what it connects to, what changed since its last approval')
    .argument('<name>')
    .option('--json', 'print JSON (rollcall.model/1)', false)
    .action(async (name: string, { json }: { json: boolean }, command: Command) => {
      const client = await cli.connect(command.optsWithGlobals<Target>());
      answerCommand(cli, await client.model(name), json ? jsonText : model => renderModel(model, cli.stdout));
    });
};
