import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as z from 'zod';
import { settingsSchema } from '../../lib/core/settings.ts';
import { createRollcallStack } from '../../lib/infra/stack.ts';
import { asText } from '../permissions.ts';
import * as cost from './cost.ts';
import { claimed, region } from './estate.ts';
import { meteredRuns } from './metered-world.ts';
import type { Check, Part } from './part.ts';
import { PRICE_LIST } from './prices.ts';
import { measureScopes, type Organisation, type ScopeCalls, simulate, type SimulatedRun } from './scale.ts';
import { REGIONS } from './scale-world.ts';
import { costTable } from './cost-table.ts';
import { counted } from './tables.ts';

const HOME = 'eu-west-1';
/** Rest is for those who read other accounts. */
const SPOKE = { spoke: { roleName: 'RollcallSpoke', externalId: 'bench' } };
const ALONE = { spoke: undefined };

const SLOTS_AN_HOUR = 4;
const RUNS = 30 * 24 * SLOTS_AN_HOUR;
const MOST_DOLLARS = 1;
/** Units, not dollars, since those hold on every machine: a third above what they were, so that one question more for each deployment shows. */
const MOST_UNITS = { read: { run: 150, each: 1.2 }, write: { run: 30, each: 0.04 } };

/** The second roll call reads everything again, the third lets what is empty rest. */
const measureEmpty = async (regions: readonly string[]) => {
  const empty = Object.fromEntries(regions.map(each => [each, {}]));
  const [, read, resting] = await meteredRuns({ regions: empty, settings: SPOKE, runs: 3 });
  if (!read || !resting) throw new Error('three roll calls were expected');
  return { read, resting, scopes: regions.length * 3 };
};

/** Endpoints, each with a configuration and a model of its own, all of them approved: roll calls in which nothing changes. */
const measureFull = async (endpoints: number): Promise<cost.RunUsage> => {
  const [, ...steady] = await meteredRuns({ regions: { [HOME]: claimed(region('own', endpoints)) }, settings: ALONE, runs: 3 });
  return cost.meanOf(steady);
};

const measureRates = async (full: cost.RunUsage, endpoints: number): Promise<cost.Rates> => {
  const [few, many] = [await measureEmpty([HOME]), await measureEmpty(REGIONS)];
  return cost.ratesOf({
    few: { usage: few.read, read: few.scopes },
    many: { usage: many.read, read: many.scopes },
    resting: many.resting,
    full,
    deployments: endpoints,
  });
};

const stateSchema = z.object({ Next: z.string().optional(), Default: z.string().optional() });
const machineSchema = z.object({ StartAt: z.string(), States: z.record(z.string(), stateSchema) });

/** States on the way of a roll call that ends well, where something is to be read. */
const statesOf = (machine: unknown): number => {
  const { StartAt, States } = machineSchema.parse(machine);
  let count = 0;
  for (let at: string | undefined = StartAt; at !== undefined; at = States[at]?.Next ?? States[at]?.Default) count += 1;
  return count;
};

/** The default deployment as its template has it. */
const deployed = (): cost.Deployment & { readonly alarms: number; readonly queues: number } => {
  const template = Template.fromStack(
    createRollcallStack(new App({ context: { 'aws:cdk:bundling-stacks': [] } }), settingsSchema.parse({})),
  );
  const all = (type: string) => Object.values(template.findResources(type));
  const [machine] = all('AWS::StepFunctions::StateMachine');
  const sizes = all('AWS::Lambda::Function').map(({ Properties }) => Number(Properties.MemorySize ?? 0));
  return {
    memoryGb: Math.max(...sizes) / 1_024,
    states: statesOf(JSON.parse(asText(machine?.['Properties'].DefinitionString))),
    functions: 3,
    alarms: all('AWS::CloudWatch::Alarm').length,
    queues: all('AWS::Lambda::EventSourceMapping').length,
  };
};

const worldOf = ({ scopes, scopesRead, deployments, batches, calls }: SimulatedRun): cost.World => ({
  read: scopesRead,
  atRest: scopes - scopesRead,
  deployments,
  batches,
  calls,
});

const organisation = (of: Organisation, calls: ScopeCalls) => {
  const [, whole, resting] = simulate(of, calls);
  if (!whole || !resting) throw new Error('four roll calls were expected');
  return { title: `${counted(of.accounts)} accounts x ${of.regions} regions`, whole, resting };
};

export const costPart: Part = async ({ directory, endpoints, organisations, progress }) => {
  const stack = deployed();
  progress(`cost: ${endpoints} endpoints`);
  const full = await measureFull(endpoints);
  progress('cost: empty scopes');
  const rates = await measureRates(full, endpoints);
  progress('cost: organisations');
  const calls = await measureScopes(directory);
  const month = (run: SimulatedRun) => cost.monthOf(cost.usageOf(rates, worldOf(run)), RUNS, stack);
  const columns = [
    { title: `${counted(endpoints)} endpoints, one region`, usage: cost.monthOf(full, RUNS, stack) },
    { title: 'fixed parts', usage: cost.fixedParts(stack) },
    ...organisations
      .map(each => organisation(each, calls))
      .map(({ title, whole, resting }) => ({
        title,
        usage: cost.mixed(month(whole), month(resting), SLOTS_AN_HOUR),
      })),
  ];
  const dollars = cost.totalOf(cost.monthOf(full, RUNS, stack));
  const verdict = dollars < MOST_DOLLARS ? 'met' : 'NOT MET';
  return {
    text: [
      '## What a month costs',
      '',
      `Roll calls every 15 minutes for 30 days, ${counted(RUNS)} of them, in which nothing changes; dollars in ${PRICE_LIST.region} by the list of ${PRICE_LIST.date}, without free tiers.`,
      '',
      `Units of DynamoDB are those that the embedded one counts; seconds those of real readers at 20 ms a call and of planning on this machine, without`,
      'waiting for DynamoDB and without cold starts. Of organisations the scopes, batches and calls are those of the simulation above, all else adds up from',
      'what a run, an empty scope and a deployment were measured to take; one slot an hour reads the empty scopes. Not in it: logs of the state machine,',
      'traces, and what Lambda writes to the log of itself.',
      '',
      ...costTable(columns),
      '',
      `- **${verdict}**: the scan path of ${counted(endpoints)} endpoints in one region, less than $${MOST_DOLLARS} a month: $${dollars.toFixed(2)}`,
    ],
    checks: [
      unitCheck('read', full.readUnits, endpoints),
      unitCheck('write', full.writeUnits, endpoints),
      { what: 'every cost is a number', passed: columns.every(({ usage }) => Number.isFinite(cost.totalOf(usage))) },
    ],
  };
};

const unitCheck = (of: keyof typeof MOST_UNITS, used: number, endpoints: number): Check => {
  const most = MOST_UNITS[of].run + MOST_UNITS[of].each * endpoints;
  return { what: `${counted(endpoints)} endpoints: ${Math.round(used)} ${of} units a roll call, at most ${most}`, passed: used <= most };
};
