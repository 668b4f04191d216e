import type { Command } from 'commander';
import type { Released } from '../../core/finding-view.ts';
import { safeText } from '../../core/message/safe-text.ts';
import { answerCommand, type Cli } from '../answer-command.ts';
import type { Target } from '../wiring-interface.ts';

const WHICH = 'error: say which: ids, or --owner PERSON, or --all';

export const addRelease = (program: Command, cli: Cli): void => {
  program
    .command('release')
    .description('take findings out of the backlog: the next run tells them as if new')
    .argument('[findings...]', 'their ids')
    .option('--owner <person>', 'the backlog of one owner')
    .option('--all', 'the whole backlog')
    .action(async (ids: string[], { owner, all }: { owner?: string; all?: true }, command: Command) => {
      const given = [...(ids.length > 0 ? [{ ids }] : []), ...(owner === undefined ? [] : [{ owner }]), ...(all ? [{ all }] : [])];
      const [which = command.error(WHICH), ...more] = given;
      if (more.length > 0) command.error(WHICH);
      const client = await cli.connect(command.optsWithGlobals<Target>());
      answerCommand(cli, await client.release(which), releasedText);
    });
};

const releasedText = ({ released, skipped }: Released): string =>
  [
    released.length > 0
      ? `${released.length} released: the next run tells them`
      : 'nothing released; rollcall findings --folded lists the backlog',
    ...skipped.map(({ id, code, reason }) => `skipped ${id} ${code}: ${safeText(reason)}`),
    '',
  ].join('\n');
