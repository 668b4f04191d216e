import type { Detail } from '../../../lib/core/sighting.ts';
import type { Doc } from '../../../lib/simcloud/world.ts';
import type { RegionInput } from '../../simcloud/simulated.ts';
import { arn, sightings } from './reading.ts';

export const CANARY = 'canary-7f3a: never tell the customer';
export const LAMBDA = 'arn:aws:lambda:eu-west-1:111122223333:function:orders';
export const PROD = arn('agent-alias/A1/PROD');

/** Everything that an agent can have, with a text wherever there may be one. */
export const VERSION: Doc = {
  instruction: CANARY,
  guardrailConfiguration: { guardrailIdentifier: 'g1a2b3', guardrailVersion: '4' },
  memoryConfiguration: { enabledMemoryTypes: ['SESSION_SUMMARY'], storageDays: 30 },
  promptOverrideConfiguration: {
    promptConfigurations: [
      { promptType: 'ORCHESTRATION', promptCreationMode: 'OVERRIDDEN', promptState: 'ENABLED', basePromptTemplate: CANARY },
      { promptType: 'PRE_PROCESSING', promptCreationMode: 'DEFAULT', promptState: 'DISABLED', basePromptTemplate: CANARY },
    ],
  },
};
export const ACTION_GROUP: Doc = {
  actionGroupName: 'orders',
  description: CANARY,
  actionGroupExecutor: { lambda: `${LAMBDA}:7` },
  functionSchema: { functions: [{ name: 'cancel', description: CANARY }] },
};
export const AGENT: RegionInput = {
  agents: { A1: { agentName: 'support' } },
  agentVersions: { 'A1/1': VERSION, 'A1/2': {} },
  agentAliases: { 'A1/PROD': { agentAliasName: 'prod', tags: { 'rollcall:model': 'support' } }, 'A1/TSTALIASID': {} },
  agentActionGroups: { 'A1/1/G1': ACTION_GROUP, 'A1/1/G2': { actionGroupState: 'DISABLED' } },
  agentKnowledgeBases: { 'A1/1/KB1': { description: CANARY }, 'A1/1/KB2': { knowledgeBaseState: 'DISABLED' } },
};
export const withVersion = (over: Doc, more: RegionInput = {}): RegionInput => ({
  ...AGENT,
  ...more,
  agentVersions: { 'A1/1': { ...VERSION, ...over }, 'A1/2': {} },
});
export const withAlias = (over: Doc, more: RegionInput = {}): RegionInput => ({ ...AGENT, ...more, agentAliases: { 'A1/PROD': over } });
export const one = async (region: RegionInput) => {
  const all = await sightings(region, 'AGENT_ALIAS');
  return all.find(each => each.arn === PROD)!;
};
export const known = (detail: Detail) => {
  if (detail.state !== 'KNOWN') throw new Error(detail.reason);
  return detail;
};
export const parts = async (region: RegionInput) => known((await one(region)).detail).composition.parts;
/** Slots whose parts are not the same in two regions. */
export const changed = async (before: RegionInput, after: RegionInput) => {
  const [a, b] = [await parts(before), await parts(after)];
  const only = (these: typeof a, others: typeof a) =>
    these.filter(part => !others.some(other => JSON.stringify(other) === JSON.stringify(part)));
  return [...new Set([...only(a, b), ...only(b, a)].map(({ slot, kind }) => `${slot} ${kind}`))].toSorted();
};
