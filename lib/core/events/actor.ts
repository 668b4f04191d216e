import * as z from 'zod';
import type { Actor, NamedBy } from '../act.ts';
import { visible } from '../plain-text.ts';

/** Longer than any name that IAM or Identity Center allows for a person. */
const NAME = 128;
const name = z
  .string()
  .min(1)
  .transform(text => visible(text.slice(0, NAME).toWellFormed()).replaceAll('\t', '\\u0009'));

/** `userIdentity` of a CloudTrail event. Its access key is never read, nor is the address that the call came from. */
const identitySchema = z
  .object({
    type: z.string(),
    arn: z.string(),
    userName: name,
    invokedBy: name,
    onBehalfOf: z.object({ userId: name }),
    sessionContext: z.object({ sourceIdentity: name, sessionIssuer: z.object({ userName: name }).partial() }).partial(),
  })
  .partial();

const actor = (because: NamedBy, who: string, role: string | null = null): Actor => ({ name: who, role, because });

/** Roles that Identity Center made for a permission set: their session name is the user's name, set by it. */
const SSO_ROLE = /^AWSReservedSSO_/;

/** Who made a call, by the most trustworthy of what the event names. What cannot be read names nobody; the change happened all the same. */
export const resolveActor = (userIdentity: unknown): Actor => {
  const parsed = identitySchema.safeParse(userIdentity);
  const { type, arn, userName, invokedBy, onBehalfOf, sessionContext } = parsed.data ?? {};
  const role = sessionContext?.sessionIssuer?.userName ?? null;
  const session = name.safeParse(arn?.split('/').slice(2).join('/')).data;
  if (onBehalfOf) return actor('IDENTITY_CENTER_USER', onBehalfOf.userId, role);
  if (sessionContext?.sourceIdentity !== undefined) return actor('SOURCE_IDENTITY', sessionContext.sourceIdentity, role);
  if (role !== null && SSO_ROLE.test(role) && session !== undefined) return actor('SSO_SESSION', session, role);
  if (type === 'IAMUser' && userName !== undefined) return actor('IAM_USER', userName);
  if (role !== null) return actor('ROLE', role);
  if (type === 'Root') return actor('ROOT', 'the root user');
  return invokedBy === undefined ? actor('NOBODY', 'nobody that the event names') : actor('SERVICE', invokedBy);
};
