import { type Command, Option } from 'commander';
import { isAtLeast, SEVERITIES, type Severity } from '../../core/rule-catalog.ts';
import { accountId, externalId, regionList, roleName } from '../../core/settings.ts';
import { DEPLOYMENT_KINDS, type DeploymentKind, KINDS } from '../../core/kinds.ts';
import { HOUR, plus } from '../../core/time.ts';
import { scan, type ScanResult } from '../../usecases/scan.ts';
import type { Cli } from '../answer-command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { callsText } from '../render/calls.ts';
import { csvText } from '../render/csv.ts';
import { holesText, progressText, renderScan } from '../render/scan.ts';
import { jsonText, type Out } from '../render/table.ts';
import { scanRows } from '../scan-csv.ts';
import { scanOutput } from '../scan-output.ts';
import { sarifOutput } from '../scan-sarif.ts';
import type { Scanner, ScanTarget } from '../wiring-interface.ts';
import { read } from './ack.ts';
import * as z from 'zod';

/** What was scanned, and with what. */
interface Scanned {
  readonly result: ScanResult;
  readonly scanner: Scanner;
}

const FORMATS = {
  table: ({ result }, out) => renderScan(result, out),
  json: ({ result }) => jsonText(scanOutput(result)),
  csv: ({ result, scanner }) => csvText(scanRows(result, scanner.settings.ownerTags)),
  sarif: ({ result, scanner }) => jsonText(sarifOutput(result, scanner.registrations ?? [])),
} as const satisfies Record<string, (scanned: Scanned, out: Out) => string>;

interface ScanOptions extends ScanTarget {
  readonly kinds?: readonly DeploymentKind[];
  readonly format: keyof typeof FORMATS;
  readonly failOn: Severity;
  readonly explainCalls: boolean;
  readonly quiet: boolean;
  readonly artefactEtags?: true;
}

/** What is named twice is read once. */
const splitList = (text: string): readonly string[] => [...new Set(text.split(',').map(item => item.trim()))];
/** A region that is none would be listed as empty by a simulated cloud, and as unreachable by a real one. */
export const readRegions = read(z.string().transform(splitList).pipe(regionList));
const readAccounts = read(z.string().transform(splitList).pipe(z.array(accountId)));
const kindsSchema = z
  .string()
  .transform(splitList)
  .pipe(z.array(z.enum(DEPLOYMENT_KINDS)));

export const etagsOption = (): Option =>
  new Option('--artefact-etags', 'read ETags of artefacts from S3 with s3:ListBucket (default: as in rollcall.yaml)');

export const addScan = (program: Command, cli: Cli): void => {
  program
    .command('scan')
    .description('one roll call with your own credentials; writes nothing anywhere')
    .option('--registry <dir>', 'compare with these manifests (default: the registry of --stack, else none: an inventory)')
    .option('--regions <list>', 'comma-separated (default: as in rollcall.yaml, else the region of your credentials)', readRegions)
    .option('--accounts <list>', 'comma-separated ids (default: your own and those of rollcall.yaml)', readAccounts)
    .option('--role <name>', 'assumed in every account but your own (default: spoke of rollcall.yaml)', read(roleName))
    .option('--external-id <id>', 'that the role asks for', read(externalId))
    .option('--kinds <list>', `comma-separated, of ${DEPLOYMENT_KINDS.join(', ')} (default: all)`, read(kindsSchema))
    .addOption(etagsOption())
    .addOption(
      new Option('--format <format>', 'csv has a row for each deployment, sarif a result for each finding')
        .choices(Object.keys(FORMATS))
        .default('table'),
    )
    .addOption(new Option('--fail-on <severity>', 'exit 1 from this severity on').choices(SEVERITIES).default('LOW'))
    .option('--explain-calls', 'say what was asked, what was spared and why', false)
    .option('--quiet', 'no progress', false)
    .addHelpText('after', '\nExit 0: clean. 1: findings. 3: something could not be read, and it is named. 2: bad input.')
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<ScanOptions>();
      if (options.format === 'sarif' && options.registry === undefined && options.stack === undefined)
        command.error('error: without a registry nothing is judged, and no results would read as none found: give --registry or --stack');
      const scanned = await scanNow(cli, options, command);
      cli.stdout.write(FORMATS[options.format](scanned, cli.stdout));
      if (options.explainCalls) cli.stderr.write(callsText(scanned.result, cli.stderr));
      if (options.format !== 'table') cli.stderr.write(holesText(scanned.result));
      cli.exit(exitOfScan(scanned.result, options.failOn));
    });
};

const scanNow = async (cli: Cli, { kinds, quiet, ...target }: ScanOptions, command: Command): Promise<Scanned> => {
  const scanner = await cli.scanner(target);
  const nowhere = kinds?.filter(kind => !scanner.scopes.some(({ provider }) => provider === KINDS[kind].provider)) ?? [];
  if (nowhere.length > 0) command.error(`error: no scope that is read can hold ${nowhere.join(', ')}`);
  const now = cli.clock.now();
  const shows = cli.stderr.isTTY === true && !quiet;
  const result = await scan(scanner, {
    now,
    deadline: plus(now, HOUR),
    kinds,
    progress: scope => void (shows && cli.stderr.write(`${progressText(scope)}\n`)),
  });
  if (!result.hasRegistry && !quiet) cli.stderr.write('no registry was given: an inventory, nothing is judged\n');
  return { result, scanner };
};

/** Not knowing beats knowing of findings: a pipeline must not read a half scan as a whole one. */
const exitOfScan = ({ complete, findings }: ScanResult, failOn: Severity): ExitCode => {
  if (!complete) return EXIT.NOT_CHECKED;
  return findings.some(({ violation }) => isAtLeast(violation.severity, failOn)) ? EXIT.FINDINGS : EXIT.OK;
};
