import { AwsError, type Call, type Operation, sha256, text } from './call.ts';

/** A session of the role's account, whose access key names it. The trust of the role is what the estate says under `spokes`. */
const assumeRole: Operation = call => {
  const { body, now, sessions } = call;
  const { account, role } = roleOf(call);
  const name = text(body.RoleSessionName);
  if (!/^[\w+=,.@-]{2,64}$/.test(name))
    throw new AwsError('ValidationError', `Value '${name}' at 'roleSessionName' failed to satisfy constraint`);
  const serial = String(sessions.size).padStart(4, '0');
  const arn = `arn:aws:sts::${account}:assumed-role/${role}/${name}`;
  const session = { account, arn, token: sha256(`${arn} ${serial}`), until: now + Number(body.DurationSeconds ?? 3600) * 1000 };
  const AccessKeyId = `ASIA${account}${serial}`;
  sessions.set(AccessKeyId, session);
  const Expiration = new Date(session.until).toISOString();
  return {
    Credentials: { AccessKeyId, SecretAccessKey: 'simcloud', SessionToken: session.token, Expiration },
    AssumedRoleUser: { AssumedRoleId: `AROASIMCLOUD:${name}`, Arn: arn },
  };
};

/** A role that is not there is refused like one that does not trust the caller. */
const roleOf = ({ body, caller, estate }: Call): { readonly account: string; readonly role: string } => {
  const arn = text(body.RoleArn);
  const [, account, role] = /^arn:aws:iam::(\d{12}):role\/(.+)$/.exec(arn) ?? [];
  if (account === undefined || role === undefined) throw new AwsError('ValidationError', `${arn} is invalid`);
  const trust = estate.spokes[account] ?? { role, externalId: body.ExternalId };
  if (estate.accounts[account] && trust !== 'denied' && trust.role === role && trust.externalId === body.ExternalId)
    return { account, role };
  throw new AwsError('AccessDenied', `User: ${caller} is not authorized to perform: sts:AssumeRole on resource: ${arn}`, 403);
};

export const STS_OPERATIONS: Readonly<Record<string, Operation>> = {
  AssumeRole: assumeRole,
  GetCallerIdentity: ({ caller, account }) => ({ Arn: caller, UserId: 'AIDASIMCLOUD', Account: account }),
};
