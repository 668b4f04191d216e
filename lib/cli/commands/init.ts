import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Grouping, parseGrouping } from '../../core/draft-manifest.ts';
import { safeText } from '../../core/message/safe-text.ts';
import type { Registration } from '../../core/registration.ts';
import { HOUR, plus } from '../../core/time.ts';
import { renderDraft } from '../../manifests/render-draft.ts';
import type { RegistryStore } from '../../ports.ts';
import { draftFromLive } from '../../usecases/draft-manifests.ts';
import { scan } from '../../usecases/scan.ts';
import { answerCommand, type Cli } from '../answer-command.ts';
import { EXIT } from '../exit-code.ts';
import { holesText } from '../render/scan.ts';
import type { ScanTarget, Target } from '../wiring-interface.ts';
import { etagsOption, readRegions } from './scan.ts';

interface InitOptions extends Target, ScanTarget {
  readonly fromLive?: true;
  readonly finding?: string;
  readonly groupBy: Grouping;
  readonly out: string;
}

const groupByOption = () =>
  new Option('--group-by <how>', 'package-group, model-name or tag:KEY')
    .argParser(readGrouping)
    .default({ by: 'PACKAGE_GROUP' }, 'package-group');

export const addInit = (program: Command, cli: Cli): void => {
  program
    .command('init')
    .description('draft manifests for what runs; what only a person knows is TODO')
    .option('--from-live', 'for everything that is live and not registered')
    .option('--finding <id>', 'for the deployment of one finding, to standard output')
    .addOption(groupByOption())
    .option('--registry <dir>', 'manifests that exist already')
    .option('--regions <list>', 'comma-separated', readRegions)
    .addOption(etagsOption())
    .option('--out <dir>', 'where new files go; none is ever overwritten', 'registry')
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<InitOptions>();
      if ((options.finding === undefined) === (options.fromLive === undefined))
        command.error('error: say which: --from-live or --finding ID');
      if (options.finding === undefined) return fromLive(cli, options);
      const client = await cli.connect(options);
      answerCommand(cli, await client.draft(options.finding), ({ manifest }) => manifest);
    });
};

const fromLive = async (cli: Cli, { groupBy, registry, regions, artefactEtags, out }: InitOptions): Promise<void> => {
  const scanner = await cli.scanner({ registry, regions, artefactEtags });
  const now = cli.clock.now();
  const result = await scan(scanner, { now, deadline: plus(now, HOUR), kinds: undefined, progress: () => {} });
  const { drafts, summary } = await draftFromLive(
    { registry: knownModels(scanner.registrations) },
    { sightings: result.sightings, grouping: groupBy, ownerTags: scanner.settings.ownerTags },
  );
  const written = await cli.writeNew(
    out,
    drafts.map(draft => ({ file: `${draft.name}.yaml`, text: renderDraft(draft) })),
  );
  const read = result.scopes.map(({ scope }) => scope).join(', ');
  cli.stdout.write(
    `${read}: ${summary}\n${written.length} file(s) written to ${safeText(out)}: fill in every TODO, then npx rollcall apply -f ${safeText(out)}\n`,
  );
  if (!result.complete) cli.stderr.write(`${holesText(result)}what runs there may not be among them\n`);
  cli.exit(result.complete ? EXIT.OK : EXIT.NOT_CHECKED);
};

/** The names that drafts must not take; nothing else of a store is read for that. */
const knownModels = (registrations: readonly Registration[] = []): Pick<RegistryStore, 'all'> => ({
  all: async () => ({ registrations, unreadable: [] }),
});

const readGrouping = (word: string): Grouping => {
  const grouping = parseGrouping(word);
  if (grouping === undefined) throw new InvalidArgumentError('expected package-group, model-name or tag:KEY');
  return grouping;
};
