import { type Command, InvalidArgumentError } from 'commander';
import type { AppliedView } from '../../core/applied-view.ts';
import { readManifests } from '../../manifests/read-manifests.ts';
import { answerCommand, type Cli } from '../answer-command.ts';
import { type Out, table } from '../render/table.ts';
import type { Target } from '../wiring-interface.ts';

interface Options {
  readonly file: string;
  readonly dryRun: boolean;
  readonly prune: boolean;
  readonly confirm?: number;
}

const readCount = (text: string): number => {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError('expected a number such as 12');
  return Number(text);
};

export const addApply = (program: Command, cli: Cli): void => {
  program
    .command('apply')
    .description('write manifests into the registry; refused as a whole if anything in them is wrong')
    .requiredOption('-f, --file <path>', 'a directory of manifests, or one file')
    .option('--dry-run', 'show what would change', false)
    .option('--prune', 'also remove models that no manifest names', false)
    .option('--confirm <number>', 'how many models a large --prune is meant to remove', readCount)
    .action(async ({ file, ...how }: Options, command: Command) => {
      const sources = await cli.readManifests(file);
      // Read here as well, so that mistakes are shown with their place before anything is sent.
      readManifests(sources, { source: 'MANIFEST', by: 'this machine', now: cli.clock.now() });
      const manifests = sources.files.map(({ file: name, content }) => ({
        file: name,
        text: typeof content === 'string' ? content : new TextDecoder().decode(content),
      }));
      const client = await cli.connect(command.optsWithGlobals<Target>());
      answerCommand(cli, await client.apply({ manifests, ...how }), view => appliedText(view, cli.stdout));
    });
};

const appliedText = ({ changes, dryRun, undeclared }: AppliedView, out: Out): string => {
  const changed = changes.filter(({ action }) => action !== 'UNCHANGED');
  const rows = changes.flatMap(({ model, action, reason, details }) => [
    ...(action === 'UNCHANGED' ? [] : [[action, model, reason]]),
    ...details.map(detail => ['', model, detail]),
  ]);
  const left = undeclared.length === 0 ? '' : `, ${undeclared.length} registered without a manifest (--prune removes them)`;
  return `${table(rows, out)}${changed.length} of ${changes.length} models ${dryRun ? 'would change' : 'changed'}${left}\n`;
};
