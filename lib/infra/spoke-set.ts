import path from 'node:path';
import { App, Aws, CfnMapping, CfnStackSet, Fn, type Stack, Token } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { REGIONS_OF_EVERY_ACCOUNT } from '../core/service-regions.ts';
import type { Settings } from '../core/settings.ts';
import { createEventsStack } from './events-stack.ts';
import { createSpokeStack } from './spoke-stack.ts';

interface SpokeSets {
  readonly settings: Settings;
  /** Their roles come first: IAM trusts none that does not exist. */
  readonly readers: readonly IFunction[];
  /** undefined: changes are not announced. */
  readonly busArn: string | undefined;
}

/**
 * What other accounts need, in every account of the units, those that join later included, where `rollcall.yaml` asks for it: the role to
 * be read by once, and the forwarding in each region. The management account gets none: a StackSet never deploys to it, and the hub needs no
 * role in its own account.
 */
export const createSpokeSets = (app: App, stack: Stack, { settings, readers, busArn }: SpokeSets): void => {
  const { organization } = settings;
  if (!organization?.stackSet) return;
  // A role is the same in every region, so one is enough.
  const spokes = createSet(stack, 'SpokeSet', {
    organization,
    name: 'spokes',
    description: 'Rollcall spokes: the role by which Rollcall reads an account',
    parameter: { parameterKey: 'HubAccount', parameterValue: Aws.ACCOUNT_ID },
    regions: [Aws.REGION],
    template: templateOf(path.join(app.outdir, 'spoke'), inner => createSpokeStack(inner, settings)),
  });
  for (const reader of readers) spokes.node.addDependency(reader);
  if (busArn === undefined || organization.id === undefined) return;
  createSet(stack, 'EventsSet', {
    organization,
    name: 'events',
    description: 'Rollcall events: forwards announced changes of models to Rollcall',
    parameter: { parameterKey: 'HubBusArn', parameterValue: busArn },
    regions: forwardingRegions(stack, settings),
    template: templateOf(path.join(app.outdir, 'events'), inner => createEventsStack(inner, settings)),
  });
};

interface SetOf {
  readonly organization: NonNullable<Settings['organization']>;
  readonly name: string;
  readonly description: string;
  readonly parameter: CfnStackSet.ParameterProperty;
  readonly regions: string[];
  readonly template: string;
}

const createSet = (stack: Stack, id: string, { organization, name, description, parameter, regions, template }: SetOf): CfnStackSet =>
  new CfnStackSet(stack, id, {
    stackSetName: `${stack.stackName}-${name}`,
    description,
    permissionModel: 'SERVICE_MANAGED',
    autoDeployment: { enabled: true, retainStacksOnAccountRemoval: false },
    capabilities: ['CAPABILITY_NAMED_IAM'],
    operationPreferences: { maxConcurrentPercentage: 25, failureTolerancePercentage: 100 },
    parameters: [parameter],
    stackInstancesGroup: [{ deploymentTargets: { organizationalUnitIds: organization.units }, regions }],
    templateBody: template,
    ...(organization.stackSet === undefined ? {} : { callAs: organization.stackSet }),
  });

/** Those that are named. Which ones an account has enabled a StackSet cannot know: then those that every account of the partition has. */
const forwardingRegions = (stack: Stack, { regions }: Settings): string[] => {
  if (regions !== 'enabled') return regions.length === 0 ? [Aws.REGION] : [...regions];
  const mapping = Object.fromEntries(
    Object.entries(REGIONS_OF_EVERY_ACCOUNT).map(([partition, all]) => [partition, { regions: [...all] }]),
  );
  const { logicalId } = new CfnMapping(stack, 'RegionsOfEveryAccount', { mapping });
  return Token.asList(Fn.findInMap(logicalId, Aws.PARTITION, 'regions'));
};

/** The template of the plain stack, without what only a bootstrapped account understands. */
const templateOf = (outdir: string, create: (app: App) => Stack | undefined): string => {
  const app = new App({ outdir, autoSynth: false, analyticsReporting: false });
  const stack = create(app);
  if (stack === undefined) throw new TypeError(`nothing to deploy to other accounts in ${outdir}`);
  const { Description, Parameters, Resources } = app.synth().getStackArtifact(stack.artifactId).template;
  const { BootstrapVersion: _ours, ...own } = Parameters;
  return JSON.stringify({ Description, Parameters: own, Resources });
};
