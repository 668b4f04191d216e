import { AssumeRoleCommand, type STSClient } from '@aws-sdk/client-sts';
import * as z from 'zod';
import { elapsed, MINUTE } from '../../core/time.ts';
import type { Clock } from '../../ports.ts';
import { classifyError, type Failure, failureOf, NoCredentialsError } from './classify-error.ts';

/** The role to assume in every account but our own. */
export interface Spoke {
  readonly partition: string;
  readonly roleName: string;
  readonly externalId: string | undefined;
  /** Names the sessions in the trails of the accounts. */
  readonly run: string;
}

interface Session {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}

/** What the SDK's clients take as `credentials`. */
export type AccountCredentials = () => Promise<Session>;

const ACTION = 'sts:AssumeRole';
/** A little earlier than the SDK, which asks again five minutes before the end. */
const RENEW_MS = 6 * MINUTE;

/**
 * Credentials by account, asked for once however many clients need them, and again shortly before they end.
 * A refusal is kept as well, so this is made anew for each run. The credentials throw NoCredentialsError, also where there is no role to assume.
 */
export const createAssumedRoles = (sts: STSClient, spoke: Spoke | undefined, clock: Clock): ((account: string) => AccountCredentials) => {
  const sessions = new Map<string, Promise<Session>>();
  return account => async () => {
    const kept = sessions.get(account);
    const session = await kept;
    if (session && elapsed(clock.now(), session.expiration.toISOString()) > RENEW_MS) return session;
    const other = sessions.get(account);
    const renewed = other === undefined || other === kept ? assumeRole(sts, account, spoke) : other;
    sessions.set(account, renewed);
    return renewed;
  };
};

const assumeRole = async (sts: STSClient, account: string, spoke: Spoke | undefined): Promise<Session> => {
  if (!spoke) throw noCredentials(failureOf('DENIED', ACTION, `no role is named for account ${account}`));
  const { partition, roleName, externalId, run } = spoke;
  const RoleArn = `arn:${partition}:iam::${account}:role/${roleName}`;
  const command = new AssumeRoleCommand({ RoleArn, RoleSessionName: sessionName(run), ExternalId: externalId });
  const answer = await sts.send(command).catch((error: unknown) => {
    throw noCredentials(classifyError(error, ACTION, RoleArn));
  });
  const session = sessionOf(account).safeParse(answer);
  if (session.success) return session.data;
  throw noCredentials(failureOf('MALFORMED', ACTION, `no session of the account, ${RoleArn}`));
};

const text = z.string().min(1);
/** Credentials of another account would read that one, and call what is here empty. */
const sessionOf = (account: string) =>
  z
    .object({
      Credentials: z.object({ AccessKeyId: text, SecretAccessKey: text, SessionToken: text, Expiration: z.date() }),
      AssumedRoleUser: z.object({ Arn: z.string().regex(new RegExp(`^arn:[^:]+:sts::${account}:`)) }),
    })
    .transform(({ Credentials: { AccessKeyId, SecretAccessKey, SessionToken, Expiration } }): Session => {
      return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken, expiration: Expiration };
    });

/** A role that is not found is no deployment that is gone. */
const noCredentials = ({ failure, reason }: Failure): NoCredentialsError =>
  new NoCredentialsError({ failure: failure === 'VANISHED' ? 'UNKNOWN' : failure, reason });

/** STS takes 64 of these characters. */
const sessionName = (run: string): string => `rollcall-${run.replaceAll(/[^\w+=,.@-]/g, '-')}`.slice(0, 64);
