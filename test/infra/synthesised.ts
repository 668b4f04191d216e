import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { type Settings, settingsSchema } from '../../lib/core/settings.ts';
import { createRollcallStack } from '../../lib/infra/stack.ts';

/** Properties of a resource as parsed JSON. */
export type Properties = ReturnType<Template['toJSON']>;

export interface Synthesised {
  readonly template: Template;
  /** Properties of every resource of a type, by logical id without its hash. */
  readonly all: (type: string) => ReadonlyMap<string, Properties>;
}

/** The stack for these settings as a template; no code is bundled. */
export const synthesised = (settings: Record<string, unknown> = {}, context: Record<string, unknown> = {}): Synthesised => {
  const parsed: Settings = settingsSchema.parse(settings);
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [], ...context } });
  const template = Template.fromStack(createRollcallStack(app, parsed));
  const all = (type: string) =>
    new Map(
      Object.entries(template.findResources(type)).map(([id, resource]) => [id.replace(/[0-9A-F]{8}$/, ''), resource['Properties'] ?? {}]),
    );
  return { template, all };
};

/** What the default deployment is: no `rollcall.yaml` at all. */
export const byDefault = synthesised();
