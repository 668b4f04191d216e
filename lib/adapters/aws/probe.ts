import * as z from 'zod';
import type { Instant } from '../../core/time.ts';
import type { Probed } from '../../ports.ts';
import type { SendOptions, Session } from './session.ts';

/** One action that a listing needs, and its cheapest real request. A provider has a table of these, lists before what they find. */
export interface Probe<C> {
  /** In IAM's spelling. */
  readonly action: string;
  /** What the request is about, as an earlier row `finds` it. Absent: it needs nothing. */
  readonly about?: string;
  /** What is lost without it, as `Probed` has it. Absent: the listing. */
  readonly lost?: string;
  readonly call: (client: C, about: string, options: SendOptions, now: Instant) => Promise<unknown>;
  /** Where an answer names what later rows are about: what → path in the answer, such as `Endpoints.0.EndpointName`. */
  readonly finds?: Readonly<Record<string, string>>;
}

/** Two ids as one, for requests that need both; undefined: there is no second. */
export const pair = (first: string, second: string | undefined): string | undefined =>
  second === undefined ? undefined : `${first}/${second}`;
export const apart = (both: string): readonly [string, string] => {
  const [first = '', second = ''] = both.split('/');
  return [first, second];
};

/** Keeps every other request from an answer too. */
const ENDS: readonly unknown[] = ['IDENTITY', 'TRANSIENT', 'DEADLINE'];

/** Asks row by row. Ends early where nothing more would be learnt. */
export const probeAll = async <C>(session: Session, client: C, probes: readonly Probe<C>[]): Promise<readonly Probed[]> => {
  const found = new Map<string, string>();
  const probed: Probed[] = [];
  for (const { action, about, lost = null, call, finds = {} } of probes) {
    const subject = about === undefined ? '' : found.get(about);
    if (subject === undefined) {
      probed.push({ action, lost, outcome: 'NOTHING_THERE', failure: null, reason: 'nothing is there to ask it about' });
      continue;
    }
    const answer = await session.ask({ action, send: options => call(client, subject, options, session.now()), schema: z.unknown() });
    if (answer.ok) for (const [what, path] of Object.entries(finds)) keep(found, what, at(answer.value, path));
    const one = { action, lost, ...outcomeOf(answer) };
    probed.push(one);
    if (ENDS.includes(one.failure)) break;
  }
  return probed;
};

const outcomeOf = (answer: Awaited<ReturnType<Session['ask']>>): Pick<Probed, 'outcome' | 'failure' | 'reason'> => {
  if (answer.ok) return { outcome: 'ALLOWED', failure: null, reason: '' };
  const { failure, reason } = answer.failure;
  return failure === 'VANISHED' ? { outcome: 'NOTHING_THERE', failure: null, reason } : { outcome: 'FAILED', failure, reason };
};

const keep = (found: Map<string, string>, what: string, value: unknown): void => {
  if (typeof value === 'string' && value !== '') found.set(what, value);
};

/** An array is a record of its indices; what is neither has no fields. */
const fields = z
  .array(z.unknown())
  .transform(items => Object.fromEntries(items.entries()))
  .or(z.record(z.string(), z.unknown()))
  .catch({});

const at = (value: unknown, path: string): unknown => path.split('.').reduce((inner, key) => fields.parse(inner)[key], value);
