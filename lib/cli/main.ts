import { Command, CommanderError } from 'commander';
import { safeText } from '../core/message/safe-text.ts';
import { plural } from '../core/message/words.ts';
import { InputError } from '../manifests/input-error.ts';
import type { Cli } from './answer-command.ts';
import { addAck } from './commands/ack.ts';
import { addApply } from './commands/apply.ts';
import { addDigest } from './commands/digest.ts';
import { addDoctor } from './commands/doctor.ts';
import { addFindings } from './commands/findings.ts';
import { addInit } from './commands/init.ts';
import { addModel } from './commands/model.ts';
import { addRelease } from './commands/release.ts';
import { addScan } from './commands/scan.ts';
import { addShow } from './commands/show.ts';
import { addSim } from './commands/sim.ts';
import { addStart } from './commands/start.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { VERSION } from './version.ts';
import type { CliWiring, Connection, Target } from './wiring-interface.ts';

const COMMANDS = [addStart, addScan, addDoctor, addApply, addInit, addFindings, addShow, addModel, addAck, addRelease, addDigest, addSim];

/** Runs one command line (without the program's name) and resolves with the exit code; nothing is left running. */
export const runCli = async (words: readonly string[], wiring: CliWiring): Promise<ExitCode> => {
  let code: ExitCode = EXIT.OK;
  const opened: Connection[] = [];
  const connect = async (target: Target) => {
    const connection = await wiring.connect(target);
    opened.push(connection);
    return connection;
  };
  const cli: Cli = { ...wiring, connect, exit: given => (code = given) };
  try {
    await createProgram(cli).parseAsync([...words], { from: 'user' });
    return code;
  } catch (error) {
    return exitOfError(error, cli);
  } finally {
    for (const connection of opened) await connection.close?.();
  }
};

const createProgram = (cli: Cli): Command => {
  const program = new Command('rollcall')
    .description('Every live AI model answers the roll: registered, owned, approved, or someone hears about it.')
    .version(VERSION)
    .option('--stack <name>', 'ask the Rollcall of this CloudFormation stack')
    .option('--api <url>', 'ask the Rollcall at this address (default: ROLLCALL_API_URL, else the local store)')
    .option('--as <person>', 'act as this person on the local store (default: the user of this machine)')
    .showHelpAfterError('(add --help for what there is)')
    .exitOverride()
    .configureOutput({ writeOut: text => cli.stdout.write(text), writeErr: text => cli.stderr.write(text) });
  for (const add of COMMANDS) add(program, cli);
  return program;
};

const exitOfError = (error: unknown, cli: Cli): ExitCode => {
  // commander has written its own message by now; help and version are no errors.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.OK : EXIT.BAD_INPUT;
  if (error instanceof InputError) {
    cli.stderr.write(`${error.message}\n${plural(error.problems.length, 'problem')}: nothing was changed\n`);
    return EXIT.BAD_INPUT;
  }
  const message = safeText(error instanceof Error ? error.message : String(error), 1000);
  const next = NEXT_STEPS.find(([known]) => known.test(message))?.[1];
  cli.stderr.write(`error: ${message.replace(OF_THE_SYSTEM, '$1: $2')}${next === undefined ? '' : `\n(${next})`}\n`);
  return next === undefined ? EXIT.INTERNAL : EXIT.BAD_INPUT;
};

/** `ENOENT: no such file or directory, open '/here'`: people need the words and the place. */
const OF_THE_SYSTEM = /^E[A-Z]+: ([^,]+), \w+ '(.+)'$/;

/** What people mend themselves, by what the platform and the SDK say: bad input, not a crash of ours. */
const NEXT_STEPS: ReadonlyArray<readonly [RegExp, string]> = [
  [/^Region is missing$/, 'set AWS_REGION, or choose a profile that has one; for a scan, --regions will do'],
  [/^Could not load credentials from any providers$/, 'sign in, or set AWS_PROFILE'],
  [/^(Stack with id .+ does not exist|stack .+ has no output)/, 'name the stack that was deployed, in the region that it is in'],
  [/^there is no local store in this directory/, 'or set ROLLCALL_API_URL'],
  [/^(ENOENT|ENOTDIR|EACCES|EPERM|EISDIR): /, 'give the path of a directory or file that can be read'],
  [/^EEXIST: /, 'nothing is ever overwritten: take it away, or name another directory'],
];
