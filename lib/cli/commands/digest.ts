import type { Command } from 'commander';
import { scopeOfArn } from '../../core/scope.ts';
import { HOUR, plus } from '../../core/time.ts';
import { type CompositionAnswer, findComposition } from '../../usecases/find-composition.ts';
import { safeText } from '../../core/message/safe-text.ts';
import type { Cli } from '../answer-command.ts';
import { EXIT } from '../exit-code.ts';
import { partText } from '../../core/part-text.ts';
import type { Composition } from '../../core/composition.ts';
import { type Out, table } from '../render/table.ts';
import { etagsOption } from './scan.ts';

const EXITS = { FOUND: EXIT.OK, NOT_AN_ARN: EXIT.BAD_INPUT, NOT_FOUND: EXIT.BAD_INPUT, NOT_CHECKED: EXIT.NOT_CHECKED } as const;

export const addDigest = (program: Command, cli: Cli): void => {
  program
    .command('digest')
    .description('print what a deployment or model package is composed of, and the line that approves it')
    .argument('<arn>')
    .addOption(etagsOption())
    .action(async (arn: string, { artefactEtags }: { artefactEtags?: true }) => {
      // Nothing but the one region of the ARN is read, so nothing else is asked for.
      const { source } = await cli.scanner({ accounts: [], regions: [scopeOfArn(arn)?.region ?? []].flat(), artefactEtags });
      const answer = await findComposition(source, { arn, deadline: plus(cli.clock.now(), HOUR) });
      if (answer.outcome === 'FOUND') cli.stdout.write(compositionText(answer, cli.stdout));
      else cli.stderr.write(`error: ${safeText(answer.reason, 400)}\n`);
      cli.exit(EXITS[answer.outcome]);
    });
};

const compositionText = ({ composition, units }: Extract<CompositionAnswer, { outcome: 'FOUND' }>, out: Out): string => {
  const parts = table(
    composition.parts.map(({ slot, kind, identity, pinned }) => [slot, kind, identity, pinned ? '' : 'not pinned']),
    out,
  );
  const several = units.some(unit => unit.composition.digest !== composition.digest);
  const shown = several ? units.map(unit => versionText(unit.composition, unit.name)) : [versionText(composition)];
  return `${parts}\nfor the manifest, under versions:\n${shown.join('')}`;
};

/** A version of a manifest, but for its name and its approval. JSON strings are YAML strings. */
const versionText = ({ digest, parts }: Composition, unit?: string): string =>
  [
    ...(unit === undefined ? [] : [`  # ${safeText(unit)}`]),
    `  - version: TODO`,
    `    composition: "${digest}"`,
    '    parts:',
    ...parts.map(part => `      - ${JSON.stringify(partText(part))}`),
    '',
  ].join('\n');
