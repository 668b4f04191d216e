import { type Command, InvalidArgumentError } from 'commander';
import * as z from 'zod';
import { untilSchema } from '../../core/answer.ts';
import { safeText } from '../../core/message/safe-text.ts';
import { answerCommand, type Cli } from '../answer-command.ts';
import type { Target } from '../wiring-interface.ts';

interface AckOptions {
  readonly reason: string;
  readonly until?: string;
  readonly generation?: number;
}

export const addAck = (program: Command, cli: Cli): void => {
  program
    .command('ack')
    .description('acknowledge a finding: seen, mine, done by then; pauses reminders, resolves nothing')
    .argument('<finding>', 'its id, or the first characters of it: F-7K3Q')
    .requiredOption('--reason <text>', 'what you know and what happens next')
    .option('--until <when>', 'a date or an instant in UTC (default: the time its tier allows)', read(untilSchema))
    .option('--generation <n>', 'refuse if the finding has opened again since', wholeNumber(1, null))
    .action(async (id: string, { reason, until, generation }: AckOptions, command: Command) => {
      const client = await cli.connect(command.optsWithGlobals<Target>());
      const outcome = await client.acknowledge({ id, reason, until, generation });
      answerCommand(
        cli,
        outcome,
        ({ id: whole, answer }) => `${whole} is acknowledged until ${answer?.until} by ${safeText(answer?.by ?? '')}\n`,
      );
    });
};

/** A commander parser from a schema: its message is what the schema says. */
export const read =
  <T>(schema: z.ZodType<T>) =>
  (text: string): T => {
    const parsed = schema.safeParse(text);
    if (parsed.success) return parsed.data;
    throw new InvalidArgumentError(parsed.error.issues[0]?.message ?? '');
  };

/** A commander parser of a whole number; `max` null: there is no end. */
export const wholeNumber = (min: number, max: number | null) => {
  const expected = `expected a whole number from ${min}${max === null ? '' : ` to ${max}`}`;
  return read(
    z.coerce
      .number(expected)
      .int(expected)
      .min(min, expected)
      .max(max ?? Number.POSITIVE_INFINITY, expected),
  );
};
