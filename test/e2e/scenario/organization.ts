import assert from 'node:assert/strict';
import path from 'node:path';
import type { Simcloud } from '../../../lib/simcloud/server.ts';
import { ACCOUNT, asAccount, REGION } from '../rig.ts';
import { createQueues, deployWith, lint, subscribeQueues } from './deployment.ts';
import { MEMBER, organizationEstate, REFUSED, SPOKE, SUBJECTS } from './organization-estate.ts';
import { findingOf, nothingChanges, openRules } from './roll-calls.ts';
import type { Step } from './steps.ts';
import { dump, type Item, rollCall, SLOT_MINUTES, startClient, takeMessages, type World } from './world.ts';

/** What the functions read is simcloud, the roles that they assume included; what is theirs stays with the other emulator. */
const READ = ['sagemaker', 'bedrock', 'cloudwatch', 'cloudtrail', 'sts', 'organizations', 'account'];

const deployHub = async (world: World, cloud: Simcloud): Promise<void> => {
  await createQueues(world);
  const yaml = [
    'organization: { id: o-simcloud01 }',
    `spoke: { roleName: ${SPOKE.role}, externalId: ${SPOKE.externalId} }`,
    'regions: enabled',
    'providers: [sagemaker, bedrock]',
    'accounts:',
    `  "${MEMBER}": { environment: prod, contact: platform@example.com }`,
    `  "${REFUSED}": { environment: prod }`,
    `receivers: { kim@example.com: { queue: "${world.state.queues.kim?.arn}" } }`,
    'directory: [{ person: kim@example.com }]',
  ];
  await deployWith(world, yaml, Object.fromEntries(READ.map(service => [service, cloud.endpoint])));
  await subscribeQueues(world);
};

interface Role {
  readonly Arn: string;
  readonly AssumeRolePolicyDocument: { readonly Statement: readonly { readonly Principal: { readonly AWS: readonly string[] } }[] };
}

const deploySpoke = async ({ rig, aws }: World): Promise<string> => {
  await rig.deploySpoke(MEMBER);
  const member = startClient({ ...rig, env: { ...rig.env, ...asAccount(MEMBER) } });
  const roleIn = async (ask: World['aws'], RoleName: string) => (await ask<{ Role: Role }>('iam', 'get_role', { RoleName })).Role;
  try {
    const { Arn, AssumeRolePolicyDocument } = await roleIn(member.aws, SPOKE.role);
    assert.equal(Arn, `arn:aws:iam::${MEMBER}:role/${SPOKE.role}`);
    const trusted = AssumeRolePolicyDocument.Statement.flatMap(({ Principal }) => Principal.AWS);
    assert.equal(trusted.length, 3);
    for (const arn of trusted) assert.equal((await roleIn(aws, arn.split('/').at(-1) ?? '')).Arn, arn);
    return trusted.map(arn => arn.replace(/.*\//, '')).join(', ');
  } finally {
    member.stop();
  }
};

const UNREGISTERED = { [SUBJECTS.ranker]: ['INV-01'], [SUBJECTS.throughput]: ['INV-01', 'LIF-03'], [SUBJECTS.use]: ['INV-02'] };
const refused = (...scopes: readonly string[]) => Object.fromEntries(scopes.map(scope => [`scope:${scope}`, ['OPS-01']]));
/** One region is better than none where nothing is known of the regions of an account. */
const REFUSING = ['sagemaker', 'bedrock'].map(provider => `${provider}/${REFUSED}/${REGION}`).concat(`regions/${REFUSED}`);
const DENIED = `sagemaker/${MEMBER}/eu-west-1`;

/** Scopes that were read whole in the last roll call. */
const readNow = async (world: World): Promise<readonly string[]> => {
  const slot = new Date(world.state.slot).toISOString();
  const statuses = (await dump(world, 'Inventory')).filter(({ pk, lastSlot }) => pk.startsWith('s#') && lastSlot === slot) as Status[];
  const whole = statuses.filter(({ kinds }) => Object.values(kinds).every(({ failure }) => failure === null));
  return whole.map(({ sk }) => sk).toSorted();
};

type Status = Item & { readonly kinds: Readonly<Record<string, { readonly failure: object | null }>> };

const firstRollCall = async (world: World): Promise<string> => {
  assert.equal((await rollCall(world)).outcome, 'STARTED');
  assert.deepEqual(await openRules(world), { ...UNREGISTERED, ...refused(DENIED, ...REFUSING) });
  const here = [ACCOUNT, MEMBER].flatMap(account =>
    ['eu-west-1', REGION].flatMap(region => [`bedrock/${account}/${region}`, `sagemaker/${account}/${region}`]),
  );
  assert.deepEqual(await readNow(world), [...here.filter(scope => scope !== DENIED), 'registry'].toSorted());
  for (const scope of REFUSING) {
    const { facts } = await findingOf(world, 'OPS-01', `scope:${scope}`);
    assert.equal((facts as { reason: string }).reason, `access denied: sts:AssumeRole (arn:aws:iam::${REFUSED}:role/${SPOKE.role})`);
  }
  return `${Object.keys(UNREGISTERED).length} subjects with findings, and ${REFUSING.length + 1} lists that were refused`;
};

/** By the tag of the deployment, otherwise the contact of its account. */
const ownersAreTold = async (world: World): Promise<string> => {
  const [mail, ...others] = await takeMessages(world, 'kim');
  assert.deepEqual(others, []);
  assert.match(mail?.Message ?? '', new RegExp(`ranker in account ${MEMBER}`));
  const published = await takeMessages(world, 'owners');
  const byOwner = new Map(published.map(each => [each.MessageAttributes['owner']?.Value, each.Message]));
  assert.deepEqual([...byOwner.keys()].toSorted(), ['kim@example.com', 'platform@example.com']);
  const platform = byOwner.get('platform@example.com') ?? '';
  for (const part of ['support-chat', 'amazon.nova-pro-v1:0', `contact of account ${MEMBER}`]) assert.ok(platform.includes(part), part);
  assert.ok(!platform.includes('ranker') && !platform.includes(REFUSED), platform);
  return `"${mail?.Subject}"`;
};

/** One line for each account that was not read, whatever the number of its scopes. */
const securityIsTold = async (world: World): Promise<string> => {
  const [mail, ...others] = await takeMessages(world, 'security');
  assert.deepEqual(others, []);
  const text = (mail?.Message ?? '').replaceAll(/\s+/g, ' ');
  assert.ok(text.includes('has read 7 of 10 scopes'), text);
  assert.ok(text.includes(`OPS-01 account ${REFUSED}: access denied: sts:AssumeRole`), text);
  assert.equal(text.split(`OPS-01 account ${REFUSED}`).length, 2, text);
  assert.ok(text.includes(`OPS-01 account ${MEMBER}: access denied: sagemaker:ListEndpoints 1 scope not read`), text);
  return `"${mail?.Subject}"`;
};

/** As the trail of the member account would show it. */
const sessionsAreNamed = async ({ state }: World, cloud: Simcloud): Promise<string> => {
  const run = new Date(state.slot).toISOString().replaceAll(':', '-');
  const names = new Set(cloud.sessions().map(({ arn }) => arn));
  assert.deepEqual([...names], [`arn:aws:sts::${MEMBER}:assumed-role/${SPOKE.role}/rollcall-${run}`]);
  return `${[...names][0]?.split('/').at(-1)}`;
};

const mended = async (world: World, cloud: Simcloud): Promise<string> => {
  cloud.load(organizationEstate({ mended: true, members: [MEMBER, REFUSED] }));
  await rollCall(world);
  assert.deepEqual(await openRules(world), { ...UNREGISTERED, [SUBJECTS.pricing]: ['INV-01'], [SUBJECTS.stray]: ['INV-01'] });
  for (const scope of [DENIED, ...REFUSING]) assert.equal((await findingOf(world, 'OPS-01', `scope:${scope}`)).condition, 'CLEARED');
  const read = (await readNow(world)).filter(scope => scope.includes(REFUSED));
  assert.equal(read.length, 4);
  return `then ${read.join(', ')} were read`;
};

const leaves = async (world: World, cloud: Simcloud): Promise<void> => {
  await takeMessages(world, 'security');
  cloud.load(organizationEstate({ mended: true, members: [MEMBER] }));
  await rollCall(world);
  assert.equal((await findingOf(world, 'INV-01', SUBJECTS.stray)).condition, 'OPEN', 'one list without it may be a hiccup of the list');
  assert.deepEqual(
    (await readNow(world)).filter(scope => scope.includes(REFUSED)),
    [],
  );
  assert.deepEqual(await takeMessages(world, 'security'), []);
};

/** What was mended was mended, what is not watched any more is only that. */
const retired = async (world: World): Promise<string> => {
  await rollCall(world);
  const { condition, cleared } = await findingOf(world, 'INV-01', SUBJECTS.stray);
  assert.deepEqual([condition, (cleared as { code: string }).code], ['CLEARED', 'SCOPE_RETIRED']);
  const [left] = await takeMessages(world, 'security');
  assert.match(left?.Message ?? '', /no part of the roll call any\n {2}more; the last word was: account 444455556666 is not listed/);
  await rollCall(world);
  assert.deepEqual(await openRules(world), { ...UNREGISTERED, [SUBJECTS.pricing]: ['INV-01'] });
  await rollCall(world, (24 * 60) / SLOT_MINUTES);
  const [summary, ...others] = await takeMessages(world, 'security');
  assert.deepEqual(others, []);
  const text = summary?.Message ?? '';
  assert.match(text, /RESOLVED .*OPS-01/);
  assert.doesNotMatch(text, /RESOLVED .*stray/);
  const line = /^NOT WATCHED ANY MORE .*stray.*$/m.exec(text)?.[0];
  assert.ok(line, text);
  return `"${line}"`;
};

export const organizationSteps = (cloud: Simcloud): readonly Step[] => [
  { name: 'a hub that is to read an organisation is deployed', run: world => deployHub(world, cloud) },
  {
    name: 'cfn-lint finds nothing in the templates of hub and spoke',
    run: world => lint(world, path.join(world.rig.directory, 'cdk.out'), 3),
  },
  { name: 'the spoke is deployed to a member account, and trusts roles that the hub has', run: deploySpoke },
  { name: 'a roll call reads all accounts and regions but those that refuse, SageMaker and Bedrock', run: firstRollCall },
  { name: "a finding of the member account goes to its owner, or to the account's contact", run: ownersAreTold },
  { name: 'security is told of an account that refuses once, with what to do', run: securityIsTold },
  { name: 'the sessions in the member account are named after the roll call', run: world => sessionsAreNamed(world, cloud) },
  { name: 'the next slot of the organisation writes no finding and tells nobody', run: world => nothingChanges(world, 1, 'STARTED') },
  { name: 'an account that answers again clears its OPS-01, and what is there is found', run: world => mended(world, cloud) },
  { name: 'an account that left the organisation is kept for one roll call', run: world => leaves(world, cloud) },
  { name: 'in the second it is retired, which is never told as resolved', run: retired },
];
