import type { Settings } from '../core/settings.ts';
import { wildcard } from '../core/wildcard.ts';
import type { Caller } from '../ports.ts';

/** `by` is what is recorded of any caller; only a mapped one is a person who may decide. `line` is what would map them. */
export type Identified =
  | { readonly known: true; readonly by: string; readonly caller: Caller }
  | { readonly known: false; readonly by: string; readonly reason: string; readonly line: string | null };

type Entry = Settings['people'][number];

/** What an IAM authorizer says of a caller: a role with its session, or a user. */
interface Principal {
  readonly key: 'role' | 'user';
  readonly arn: string;
  readonly session: string;
}

/**
 * Maps the verified `userArn` of an IAM-authorised request to a person of the configuration; the first entry that fits decides.
 * Whoever may choose a role's session name can choose the person: map roles of IAM Identity Center, or such whose trust policy fixes it.
 */
export const identifyCaller = (userArn: string | undefined, people: Settings['people']): Identified => {
  const principal = userArn === undefined ? undefined : readArn(userArn);
  if (principal === undefined) {
    return {
      known: false,
      by: userArn ?? 'unknown',
      reason: `${userArn ?? 'the caller'} is neither a role session nor an IAM user: it cannot decide`,
      line: null,
    };
  }
  const entry = people.find(candidate => fits(candidate, principal));
  if (entry === undefined) return unmapped(principal, userArn ?? '');
  return { known: true, by: entry.person ?? principal.session, caller: { person: entry.person ?? principal.session, as: entry.as } };
};

const unmapped = ({ key, arn, session }: Principal, by: string): Identified => {
  const line = `  - { ${key}: ${JSON.stringify(arn)}, as: OWNER }`;
  return { known: false, by, reason: `nobody in rollcall.yaml is ${arn} (${session}): add under "people:" the line\n${line}`, line };
};

const readArn = (arn: string): Principal | undefined => {
  const session = /^arn:(aws[a-z-]*):sts::(\d{12}):assumed-role\/([\w+=,.@-]+)\/([\w+=,.@-]+)$/.exec(arn);
  if (session) return { key: 'role', arn: `arn:${session[1]}:iam::${session[2]}:role/${session[3]}`, session: session[4] ?? '' };
  const user = /^arn:aws[a-z-]*:iam::\d{12}:user\/(?:[\w+=,.@/-]*\/)?([\w+=,.@-]+)$/.exec(arn);
  return user ? { key: 'user', arn, session: user[1] ?? '' } : undefined;
};

const fits = (entry: Entry, { key, arn }: Principal): boolean => {
  if (key === 'user') return entry.user === arn;
  const pattern = entry.role === undefined ? undefined : withoutPath(entry.role);
  return pattern !== undefined && wildcard(pattern).test(arn);
};

/**
 * The ARN of a role session lacks the role's path. Names are unique in an account, so the path of a literal name can go;
 * under a path, a pattern of names would also fit roles outside that path, except for the prefix that AWS keeps for Identity Center.
 */
const withoutPath = (role: string): string | undefined => {
  const [, head, path, name] = /^(.*?:role\/)(.*\/)?([^/]*)$/.exec(role) ?? [];
  if (head === undefined || name === undefined) return undefined;
  if (path !== undefined && name.includes('*') && !name.startsWith('AWSReservedSSO_')) return undefined;
  return head + name;
};
