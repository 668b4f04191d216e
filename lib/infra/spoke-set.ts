import path from 'node:path';
import { App, Aws, CfnStackSet, type Stack } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Settings } from '../core/settings.ts';
import { createSpokeStack } from './spoke-stack.ts';

interface SpokeSet {
  readonly settings: Settings;
  /** Their roles come first: IAM trusts none that does not exist. */
  readonly readers: readonly IFunction[];
}

/**
 * The spoke in every account of the units, those that join later included, where `rollcall.yaml` asks for it.
 * The management account gets none: a StackSet never deploys to it, and the hub needs no role in its own account.
 */
export const createSpokeSet = (app: App, stack: Stack, { settings, readers }: SpokeSet): void => {
  const { organization } = settings;
  if (!organization?.stackSet) return;
  const set = new CfnStackSet(stack, 'SpokeSet', {
    stackSetName: `${stack.stackName}-spokes`,
    description: 'Rollcall spokes: the role by which Rollcall reads an account',
    permissionModel: 'SERVICE_MANAGED',
    callAs: organization.stackSet,
    autoDeployment: { enabled: true, retainStacksOnAccountRemoval: false },
    capabilities: ['CAPABILITY_NAMED_IAM'],
    operationPreferences: { maxConcurrentPercentage: 25, failureTolerancePercentage: 100 },
    parameters: [{ parameterKey: 'HubAccount', parameterValue: Aws.ACCOUNT_ID }],
    // A role is the same in every region, so one is enough.
    stackInstancesGroup: [{ deploymentTargets: { organizationalUnitIds: organization.units }, regions: [Aws.REGION] }],
    templateBody: spokeTemplate(settings, path.join(app.outdir, 'spoke')),
  });
  for (const reader of readers) set.node.addDependency(reader);
};

/** The template of the plain spoke stack, without what only a bootstrapped account understands. */
const spokeTemplate = (settings: Settings, outdir: string): string => {
  const app = new App({ outdir, autoSynth: false, analyticsReporting: false });
  const spoke = createSpokeStack(app, settings);
  if (spoke === undefined) throw new TypeError('an organisation without a spoke');
  const { Description, Parameters, Resources } = app.synth().getStackArtifact(spoke.artifactId).template;
  return JSON.stringify({ Description, Parameters: { HubAccount: Parameters.HubAccount }, Resources });
};
