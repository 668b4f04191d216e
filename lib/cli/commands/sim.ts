import { type Command, InvalidArgumentError } from 'commander';
import * as z from 'zod';
import { type EstateInput, parseEstate } from '../../simcloud/estate.ts';
import { type Fault, faultSchema } from '../../simcloud/faults.ts';
import { generateOrganization } from '../../simcloud/generate-organization.ts';
import { generate } from '../../simcloud/generate.ts';
import { startSimcloud } from '../../simcloud/server.ts';
import type { Cli } from '../answer-command.ts';
import { wholeNumber } from './ack.ts';

interface SimOptions {
  readonly port: number;
  readonly estate?: string;
  readonly generate?: number;
  readonly seed: number;
  readonly accounts?: number;
  readonly regions: readonly string[];
  readonly latency: number;
  readonly page?: number;
  readonly fault: readonly Fault[];
}

export const addSim = (program: Command, cli: Cli): void => {
  program
    .command('sim')
    .description('serve a simulated cloud on this machine, for any AWS client')
    .option('--port <port>', 'default: a free one', wholeNumber(0, 65_535), 0)
    .option('--estate <file>', 'what is deployed there (default: the sample estate)')
    .option('--generate <n>', 'so many deployments instead', wholeNumber(0, 100_000))
    .option('--seed <n>', 'of what is generated', wholeNumber(0, 2 ** 31 - 1), 1)
    .option(
      '--accounts <n>',
      'so many accounts of an organisation, with one of every other kind in every region beside what is generated',
      wholeNumber(1, 10_000),
    )
    .option('--regions <regions>', 'of these accounts', text => text.split(','), ['eu-west-1', 'us-east-1'])
    .option('--latency <ms>', 'how long each answer takes', wholeNumber(0, 60_000), 0)
    .option('--page <n>', 'items a page at most (default: as AWS)', wholeNumber(1, 100))
    .option('--fault <fault>', 'what goes wrong, repeatable: kind=throttle,operation=ListEndpoints,nth=2,times=all', readFault, [])
    .action(async (options: SimOptions, command: Command) => {
      const { port, latency, page } = options;
      const estate = await estateOf(options, cli).catch((error: Error) =>
        // That a file cannot be read is said as by every other command.
        'code' in error ? Promise.reject(error) : command.error(`error: ${error.message}`),
      );
      const simcloud = await startSimcloud({ estate, port, latencyMs: latency, ...(page === undefined ? {} : { pageSize: page }) });
      for (const fault of options.fault) simcloud.faults.add(fault);
      cli.stdout.write(environmentOf(simcloud.endpoint, estate));
      await cli.interrupted();
      await simcloud.close();
    });
};

const estateOf = async (options: SimOptions, cli: Cli): Promise<EstateInput> => {
  const { generate: deployments, accounts, regions, seed } = options;
  if (accounts !== undefined) return generateOrganization({ deployments: deployments ?? 0, seed, accounts, regions });
  if (deployments !== undefined) return generate({ deployments, seed });
  const { file, text } = await cli.readEstate(options.estate);
  return parseEstate(text, file);
};

/** The access key names the simulated account; nothing checks the secret. */
const environmentOf = (endpoint: string, { accounts }: EstateInput): string => {
  const [account = '', regions = {}] = Object.entries(accounts)[0] ?? [];
  const region = Object.keys(regions)[0] ?? '';
  return `export AWS_ENDPOINT_URL=${endpoint}\nexport AWS_ACCESS_KEY_ID=${account} AWS_SECRET_ACCESS_KEY=sim AWS_REGION=${region}\n`;
};

const readFault = (text: string, faults: readonly Fault[]): readonly Fault[] => {
  const pairs = text.split(',').map(pair => pair.split('=', 2).map(part => part.trim()));
  const given = Object.fromEntries(
    pairs.map(([key = '', value = '']) => [key, /^\d+$/.test(value) && key !== 'account' ? Number(value) : value]),
  );
  const parsed = faultSchema.safeParse(given);
  if (parsed.success) return [...faults, parsed.data];
  throw new InvalidArgumentError(z.prettifyError(parsed.error));
};
