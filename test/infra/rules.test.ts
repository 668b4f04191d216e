import { readFileSync } from 'node:fs';
import path from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { expect, it } from 'vitest';
import { settingsSchema } from '../../lib/core/settings.ts';
import { createEventsStack } from '../../lib/infra/events-stack.ts';
import { createSpokeStack } from '../../lib/infra/spoke-stack.ts';
import { createRollcallStack } from '../../lib/infra/stack.ts';

const appWith = (context: Record<string, unknown> = {}): App => {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [], ...context } });
  const settings = settingsSchema.parse({
    receivers: { 'kim@example.com': { queue: 'arn:aws:sqs:eu-west-1:111122223333:kim' } },
    artefactEtags: true,
    spoke: { roleName: 'RollcallSpoke', externalId: 'x-1' },
    organization: { id: 'o-a1b2c3d4e5', units: ['r-ab12'], stackSet: 'SELF' },
    regions: 'enabled',
  });
  createRollcallStack(app, settings);
  createSpokeStack(app, settings);
  createEventsStack(app, settings);
  return app;
};

/** What AwsSolutions finds and why it stays: the finding at the construct, and the reason. */
const ACKNOWLEDGED: readonly (readonly [finding: RegExp, reason: string])[] = [
  [
    /^S1 ScopeBucket/,
    'holds names of accounts and regions for 30 days; one function and the state machine have access, and both keep logs',
  ],
  [
    /^SQS3 (RollcallEvents\/)?(MissedRollCall|Undelivered|UnforwardedEvents)Queue/,
    'is itself a dead-letter queue: of the schedule, of subscriptions and of rules, which the rule does not look at',
  ],
  [/^IAM5\[Resource::\*\] (PlanScopes|ReconcileScope|Recheck|CloseRun|Api)Policy/, 'AWS X-Ray has no resource type'],
  [/^IAM5\[Resource::\*\] RollcallSpoke\/SpokePolicy/, 'account:ListRegions has no resource type'],
  [/^IAM5\[Resource::\*\] NotifyPolicy/, 'neither AWS X-Ray nor sns:GetSubscriptionAttributes has a resource type'],
  [
    /^IAM5\[Resource::\*\] (ReconcileScope|Recheck|RollcallSpoke\/Spoke)(SageMaker|Bedrock|AgentCore)Policy/,
    'the list actions of Amazon SageMaker, Amazon Bedrock and AgentCore have no resource type; the region narrows them',
  ],
  [
    /^IAM5\[.*:sagemaker:.*:(endpoint|endpoint-config|model|inference-component|model-package)\/\*\] (ReconcileScope|Recheck|RollcallSpoke\/Spoke)SageMakerPolicy/,
    'which deployments exist is what it has to find out: named read actions on named types',
  ],
  [
    /^IAM5\[.*:s3:::\*\] (ReconcileScopePolicy|RecheckPolicy|RollcallSpoke\/SpokePolicy)/,
    'artefacts may lie in any bucket; it lists names and ETags, and can read no object',
  ],
  [
    /^IAM5\[.*:bedrock:.*:(provisioned-model|custom-model-deployment|imported-model|application-inference-profile|prompt-router)\/\*\] (ReconcileScope|Recheck|RollcallSpoke\/Spoke)BedrockPolicy/,
    'the same of Bedrock',
  ],
  [
    /^IAM5\[.*:iam::\*:role\/RollcallSpoke\] (PlanScopes|ReconcileScope|Recheck)Policy/,
    'one role of one name in every account that is read, with an external id',
  ],
  [
    /^IAM5\[.*:bedrock:.*:(agent|agent-alias|flow|prompt)\/\*\] (ReconcileScope|Recheck|RollcallSpoke\/Spoke)BedrockPolicy/,
    'the same of its agents, flows and prompts',
  ],
  [
    /^IAM5\[.*:bedrock-agentcore:.*:(runtime|harness|gateway)\/\*\] (ReconcileScope|Recheck|RollcallSpoke\/Spoke)AgentCorePolicy/,
    'the same of AgentCore',
  ],
  [/^IAM5\[.*ScopeBucket\w+\.Arn>\/scopes\/\*\] PlanScopesPolicy/, 'one object per roll call, all under this prefix'],
  [/^IAM5\[.*s3:::<ScopeBucket\w+>\/\*\] RollCall/, 'the scope list of each roll call has a key of its own'],
  [
    /^IAM5\[Resource::<(PlanScopes|ReconcileScope|CloseRun|Notify)\w+\.Arn>:\*\] RollCall/,
    'versions of its four functions; none is published',
  ],
  [/^IAM5\[Resource::\*\] RollCall\/Role/, 'delivery of logs and traces has no resource type'],
  [/^IAM5\[.*:execution:.*\] RollCall\/DistributedMapPolicy/, 'the map starts, watches and stops executions of this machine alone'],
];

interface Report {
  readonly pluginReports: readonly {
    readonly violations: readonly {
      readonly ruleName: string;
      readonly violatingConstructs: readonly { readonly constructPath: string }[];
    }[];
  }[];
}

it('AwsSolutions finds nothing that is not acknowledged with a reason, and no acknowledgement is left over', () => {
  const app = appWith();
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  expect(() => app.synth()).toThrow('AwsSolutions-IAM5');
  const report: Report = JSON.parse(readFileSync(path.join(app.outdir, 'validation-report.json'), 'utf8'));
  const found = report.pluginReports.flatMap(({ violations }) =>
    violations.flatMap(({ ruleName, violatingConstructs }) =>
      violatingConstructs.map(({ constructPath }) => `${ruleName.replace('AwsSolutions-', '')} ${constructPath.replace('Rollcall/', '')}`),
    ),
  );
  expect(found.filter(finding => !ACKNOWLEDGED.some(([pattern]) => pattern.test(finding)))).toEqual([]);
  expect(ACKNOWLEDGED.filter(([pattern]) => !found.some(finding => pattern.test(finding)))).toEqual([]);
});

it('the template is valid by the schemas of CloudFormation, which the command line checks as well', () => {
  expect(() => appWith({ '@aws-cdk/core:validateAgainstDefaultRules': true }).synth()).not.toThrow();
});
