import { runCli } from '../lib/cli/main.ts';
import { cliWiring } from '../lib/wiring/cli.ts';

// `rollcall findings | head` closes the pipe: the rest has no reader, which is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 70));
process.exitCode = await runCli(process.argv.slice(2), cliWiring());
