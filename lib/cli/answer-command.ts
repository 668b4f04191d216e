import type { Outcome, Refusal } from '../core/outcome.ts';
import { safeText } from '../core/message/safe-text.ts';
import { EXIT, type ExitCode, exitOfRefusal } from './exit-code.ts';
import type { CliWiring } from './wiring-interface.ts';

/** What a command is given: the wiring, and where it leaves the exit code. */
export interface Cli extends CliWiring {
  readonly exit: (code: ExitCode) => void;
}

/** Writes what came of a request: the rendered value to standard output, or the refusal with its next steps to standard error. */
export const answerCommand = <T>(cli: Cli, outcome: Outcome<T>, render: (value: T) => string): void => {
  if (outcome.ok) cli.stdout.write(render(outcome.value));
  else cli.stderr.write(refusalText(outcome));
  cli.exit(outcome.ok ? EXIT.OK : exitOfRefusal(outcome.code));
};

const refusalText = ({ code, reason, lines = [], current }: Refusal): string => {
  const now = current === undefined ? [] : [`now: ${current.id} ${current.state}, generation ${current.generation}: ${current.reason}`];
  return [
    ...reason.split('\n').map((line, index) => (index === 0 ? `error: ${line}` : line)),
    ...lines.filter(line => line !== reason),
    ...now,
    `(${code})`,
  ]
    .map(line => `${safeText(line, 500)}\n`)
    .join('');
};
