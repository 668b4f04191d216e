import { type Command, InvalidArgumentError } from 'commander';
import * as z from 'zod';
import type { Cli } from '../answer-command.ts';

const instant = (text: string): string => {
  const parsed = z.iso.datetime().safeParse(text);
  if (!parsed.success) throw new InvalidArgumentError('expected an instant in UTC such as 2026-11-23T09:15:00Z');
  return parsed.data;
};

export const addStart = (program: Command, cli: Cli): void => {
  program
    .command('start')
    .description('show the whole loop on the sample estate, with no AWS account; then keep watching')
    .option('--once', 'end after the first roll call', false)
    .option('--now <instant>', 'begin at this time instead of the time of the sample', instant)
    .action(async (options: { readonly once: boolean; readonly now?: string }) => {
      await cli.start({ once: options.once, now: options.now });
    });
};
