import * as bedrock from '@aws-sdk/client-bedrock';
import * as agents from '@aws-sdk/client-bedrock-agent';
import * as agentcore from '@aws-sdk/client-bedrock-agentcore-control';
import * as sagemaker from '@aws-sdk/client-sagemaker';
import { describe, expect, it } from 'vitest';
import { KINDS } from '../../../lib/core/kinds.ts';
import { operationsMaking, SERVICES } from '../../../lib/core/events/operations.ts';

/** The clients whose calls CloudTrail reports under an event source. */
const CLIENTS: Readonly<Record<string, readonly object[]>> = {
  'sagemaker.amazonaws.com': [sagemaker],
  'bedrock.amazonaws.com': [bedrock, agents],
  'bedrock-agentcore.amazonaws.com': [agentcore],
};

/** The fields of an operation's request and answer in the model of the service; undefined where it has none of this name. */
const fieldsIn = (client: object, operation: string): readonly string[] | undefined => {
  const Command = Reflect.get(client, `${operation}Command`);
  if (typeof Command !== 'function') return undefined;
  const [, , , , input, output] = new Command({}).schema;
  return [input, output].flatMap(shape => (typeof shape === 'function' ? shape() : shape)[4] ?? []);
};

const camel = (field: string): string => `${field[0]?.toLowerCase()}${field.slice(1)}`;

describe.each(Object.entries(SERVICES))('the calls of %s', (source, { operations }) => {
  it.each(Object.entries(operations))('%s is an operation, with the fields that name a deployment', (operation, { names }) => {
    const models = (CLIENTS[source] ?? []).flatMap(client => [fieldsIn(client, operation) ?? []].filter(fields => fields.length > 0));
    expect(models).not.toEqual([]);
    const fields = new Set(models.flat().map(camel));
    const places = names.flatMap(name => [...name.matchAll(/\{([^}.]+)/g)].map(([, place]) => place));
    expect(places.filter(place => !fields.has(place ?? ''))).toEqual([]);
  });
});

const OPERATIONS = Object.values(SERVICES).flatMap(({ provider, operations }) =>
  Object.entries(operations).map(([name, operation]) => ({ name, provider, ...operation })),
);

it.each(OPERATIONS.flatMap(({ name, provider, makes }) => (makes === null ? [] : [[name, provider, makes] as const])))(
  '%s of %s makes a kind of its own provider: %s',
  (name, provider, makes) => expect([KINDS[makes].provider, operationsMaking(makes)]).toEqual([provider, expect.arrayContaining([name])]),
);

it('what makes something has created it, and nothing else has', () => {
  expect(OPERATIONS.filter(({ does, makes }) => (does === 'created') !== (makes !== null))).toEqual([]);
});

it('no service is without a client that is asked', () => expect(Object.keys(CLIENTS)).toEqual(Object.keys(SERVICES)));
