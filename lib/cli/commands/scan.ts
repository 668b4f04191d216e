import { type Command, Option } from 'commander';
import { isAtLeast, SEVERITIES, type Severity } from '../../core/rule-catalog.ts';
import { accountId, externalId, regionList, roleName } from '../../core/settings.ts';
import { DEPLOYMENT_KINDS, type DeploymentKind } from '../../core/kinds.ts';
import { HOUR, plus } from '../../core/time.ts';
import { scan, type ScanResult } from '../../usecases/scan.ts';
import type { Cli } from '../answer-command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { progressText, renderScan } from '../render/scan.ts';
import { jsonText } from '../render/table.ts';
import { scanOutput } from '../scan-output.ts';
import type { ScanTarget } from '../wiring-interface.ts';
import { read } from './ack.ts';
import * as z from 'zod';

interface ScanOptions extends ScanTarget {
  readonly kinds?: readonly DeploymentKind[];
  readonly format: 'table' | 'json';
  readonly failOn: Severity;
  readonly quiet: boolean;
}

const splitList = (text: string): readonly string[] => text.split(',').map(item => item.trim());
/** A region that is none would be listed as empty by a simulated cloud, and as unreachable by a real one. */
export const readRegions = read(z.string().transform(splitList).pipe(regionList));
const readAccounts = read(z.string().transform(splitList).pipe(z.array(accountId)));
const kindsSchema = z
  .string()
  .transform(splitList)
  .pipe(z.array(z.enum(DEPLOYMENT_KINDS)));

export const addScan = (program: Command, cli: Cli): void => {
  program
    .command('scan')
    .description('one roll call with your own credentials; writes nothing anywhere')
    .option('--registry <dir>', 'compare with these manifests (default: the registry of --stack, else none: an inventory)')
    .option('--regions <list>', 'comma-separated (default: as in rollcall.yaml, else the region of your credentials)', readRegions)
    .option('--accounts <list>', 'comma-separated ids (default: your own and those of rollcall.yaml)', readAccounts)
    .option('--role <name>', 'assumed in every account but your own (default: spoke of rollcall.yaml)', read(roleName))
    .option('--external-id <id>', 'that the role asks for', read(externalId))
    .option('--kinds <list>', `${DEPLOYMENT_KINDS.slice(0, 2).join(', ')} … (default: all)`, read(kindsSchema))
    .addOption(new Option('--format <format>').choices(['table', 'json']).default('table'))
    .addOption(new Option('--fail-on <severity>', 'exit 1 from this severity on').choices(SEVERITIES).default('LOW'))
    .option('--quiet', 'no progress', false)
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<ScanOptions>();
      const result = await scanNow(cli, options);
      cli.stdout.write(options.format === 'json' ? jsonText(scanOutput(result)) : renderScan(result, cli.stdout));
      cli.exit(exitOfScan(result, options.failOn));
    });
};

const scanNow = async (cli: Cli, { kinds, quiet, ...target }: ScanOptions): Promise<ScanResult> => {
  const scanner = await cli.scanner(target);
  const now = cli.clock.now();
  const shows = cli.stderr.isTTY === true && !quiet;
  const result = await scan(scanner, {
    now,
    deadline: plus(now, HOUR),
    kinds,
    progress: scope => void (shows && cli.stderr.write(`${progressText(scope)}\n`)),
  });
  if (!result.hasRegistry && !quiet) cli.stderr.write('no registry was given: an inventory, nothing is judged\n');
  return result;
};

/** Not knowing beats knowing of findings: a pipeline must not read a half scan as a whole one. */
const exitOfScan = ({ complete, findings }: ScanResult, failOn: Severity): ExitCode => {
  if (!complete) return EXIT.NOT_CHECKED;
  return findings.some(({ violation }) => isAtLeast(violation.severity, failOn)) ? EXIT.FINDINGS : EXIT.OK;
};
