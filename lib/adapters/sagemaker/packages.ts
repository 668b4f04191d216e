import { BatchDescribeModelPackageCommand, ListModelPackagesCommand } from '@aws-sdk/client-sagemaker';
import * as z from 'zod';
import { chunksOf } from '../../core/chunks.ts';
import { composeModel } from '../../core/compose.ts';
import type { PackageFacts } from '../../core/composition.ts';
import { scopeOfArn, scopeId } from '../../core/scope.ts';
import type { KindListing, UnreadGroup } from '../../core/sighting.ts';
import { type Answer, type Failure, failureOf, ifRead } from '../aws/classify-error.ts';
import type { Harmless } from '../aws/fields.ts';
import { readPages } from '../aws/read-pages.ts';
import { sideBySide } from '../aws/side-by-side.ts';
import type { SagemakerSession } from './requests.ts';
import { type RawPackage, rawPackage } from './shapes.ts';
import { packageFacts } from './translate/model.ts';

/** The API's bound on one BatchDescribeModelPackage. */
const BATCH = 100;

export interface PackageQuestion {
  readonly kinds: readonly KindListing[];
  readonly groups: readonly string[];
  readonly harmless: Harmless;
}

export interface ReadPackages {
  readonly packages: readonly PackageFacts[];
  /** Groups whose versions could not all be listed and described: nothing of theirs can be told. */
  readonly packagesUnread: readonly UnreadGroup[];
  readonly groupsAsked: readonly string[];
}

/**
 * The packages behind the sightings, and all of the groups that were asked for here. A package that could not be described is left out,
 * and its group is unread: the one that is missing may be the one that was approved. Packages never fail a listing.
 */
export const readPackages = async (session: SagemakerSession, { kinds, groups, harmless }: PackageQuestion): Promise<ReadPackages> => {
  const here = groups.filter(group => isHere(group, session));
  const listed = await sideBySide(here, group => listGroup(session, group));
  const unlisted = here.flatMap((group, index) => unreadGroup(group, listed[index]?.failure));
  const arns = [...new Set([...kinds.flatMap(inUse), ...listed.flatMap(group => group.arns)])].filter(arn => arn.startsWith('arn:'));
  const raw = await sideBySide(chunksOf(arns, BATCH), batch => describeBatch(session, batch));
  const packages = raw.flatMap(batch => (batch.ok ? batch.value : [])).map(each => factsOf(each, groups, harmless));
  const described = new Set(packages.map(({ arn }) => arn.toLowerCase()));
  const why = raw.flatMap(batch => (batch.ok ? [] : [batch.failure]))[0] ?? failureOf('MALFORMED', 'sagemaker:BatchDescribeModelPackage');
  const silent = arns.filter(arn => !described.has(arn.toLowerCase())).flatMap(arn => groupOf(arn, groups) ?? []);
  const byGroup = new Map([...silent.flatMap(group => unreadGroup(group, why)), ...unlisted].map(each => [each.group, each]));
  return { packages, packagesUnread: [...byGroup.values()], groupsAsked: here };
};

/** A group that is not found was deleted: its packages can no longer be read, which is a failure as any other. */
const unreadGroup = (group: string, failed: Failure | null | undefined): readonly UnreadGroup[] =>
  failed ? [{ group, failure: failed.failure === 'VANISHED' ? 'UNKNOWN' : failed.failure, reason: failed.reason }] : [];

const isHere = (group: string, session: SagemakerSession): boolean => {
  const scope = scopeOfArn(group);
  return scope !== undefined && scopeId(scope) === scopeId(session.scope);
};

const inUse = (kind: KindListing): readonly string[] =>
  kind.status === 'COMPLETE'
    ? kind.sightings.flatMap(({ detail }) => (detail.state === 'KNOWN' ? detail.units.flatMap(unit => unit.packageArns) : []))
    : [];

/** ARNs of a group's versions, and why they could not all be listed. */
const listGroup = async (session: SagemakerSession, group: string): Promise<{ arns: readonly string[]; failure: Failure | null }> => {
  const arns: (string | undefined)[] = [];
  const failure = await readPages(session, {
    action: 'sagemaker:ListModelPackages',
    list: 'ModelPackageSummaryList',
    // Without a type the API lists unversioned packages only.
    tokenField: 'NextToken',
    send: (NextToken, options) => {
      const versions = { ModelPackageGroupName: group, ModelPackageType: 'Versioned', MaxResults: 100 } as const;
      return session.client.send(new ListModelPackagesCommand({ ...versions, NextToken }), options);
    },
    take: items => void arns.push(...items.map(item => listedPackage.safeParse(item).data?.ModelPackageArn)),
  });
  const read = arns.filter(arn => arn !== undefined);
  const malformed = read.length === arns.length ? null : failureOf('MALFORMED', 'sagemaker:ListModelPackages');
  return { arns: failure === null && malformed === null ? read : [], failure: failure ?? malformed };
};

const listedPackage = z.object({ ModelPackageArn: z.string() });
const batchAnswer = z.object({ ModelPackageSummaries: z.record(z.string(), z.unknown()).default({}) });

const describeBatch = async (session: SagemakerSession, arns: readonly string[]): Promise<Answer<readonly RawPackage[]>> => {
  const answer = await session.ask({
    action: 'sagemaker:BatchDescribeModelPackage',
    send: options => session.client.send(new BatchDescribeModelPackageCommand({ ModelPackageArnList: [...arns] }), options),
    schema: batchAnswer,
  });
  return ifRead(answer, ({ ModelPackageSummaries: found }) => Object.values(found).flatMap(item => rawPackage.safeParse(item).data ?? []));
};

const APPROVALS: ReadonlyMap<string | undefined, PackageFacts['approval']> = new Map([
  ['Approved', 'APPROVED'],
  ['Rejected', 'REJECTED'],
]);

const factsOf = (raw: RawPackage, groups: readonly string[], harmless: Harmless): PackageFacts => {
  const containers = raw.InferenceSpecification?.Containers ?? [];
  return {
    arn: raw.ModelPackageArn,
    group: groupOf(raw.ModelPackageArn, groups),
    version: raw.ModelPackageVersion ?? null,
    approval: APPROVALS.get(raw.ModelApprovalStatus) ?? 'PENDING',
    approvedAt: null,
    composition: containers.length > 0 ? composeModel(packageFacts(containers, harmless)) : null,
  };
};

/** `…:model-package/<group>/<version>` → the group's ARN, in the spelling of the registration: some ARNs are in lower case. */
const groupOf = (arn: string, groups: readonly string[]): string | null => {
  const [, prefix, name] = /^(.+):model-package\/([^/]+)\/\d+$/.exec(arn) ?? [];
  if (!prefix || !name) return null;
  const group = `${prefix}:model-package-group/${name}`;
  return groups.find(asked => asked.toLowerCase() === group.toLowerCase()) ?? group;
};
