import * as z from 'zod';
import { type Answer, failed, type Failure, failureOf } from './classify-error.ts';
import { type Requests, type SendOptions, whereBroken } from './session.ts';

/** 100 items a page: more than any estate known to us; a list that is longer never ends. */
const MAX_PAGES = 1_000;
/** The APIs' own bound on a token; without it a hostile one could fill the memory. */
const pageToken = z.string().max(8192).optional();

export interface Pages {
  readonly action: string;
  /** The field that holds the items; a page without it is unreadable, not empty. */
  readonly list: string;
  /** SageMaker spells its fields `NextToken`, the Bedrock family `nextToken`. */
  readonly tokenField: 'NextToken' | 'nextToken';
  readonly send: (token: string | undefined, options: SendOptions) => Promise<unknown>;
  /** Takes each page as it comes, so that no page outlives its turn. STOP: the rest is not needed. */
  readonly take: (items: readonly unknown[]) => 'STOP' | undefined;
}

/**
 * Reads page after page until there is no token. Returns why it could not, or null when everything was read (or the taker had enough).
 * An empty page with a token goes on; a token seen before, or page 1,001, fails.
 */
export const readPages = async (requests: Requests, { action, list, tokenField, send, take }: Pages): Promise<Failure | null> => {
  const schema = z.looseObject({ [list]: z.array(z.unknown()), [tokenField]: pageToken });
  const seen = new Set<unknown>();
  let token: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const answer = await requests.ask({ action, send: options => send(token, options), schema });
    if (!answer.ok) return answer.failure;
    if (take(z.array(z.unknown()).parse(answer.value[list])) === 'STOP' || !answer.value[tokenField]) return null;
    token = pageToken.parse(answer.value[tokenField]);
    if (seen.has(token)) return failureOf('MALFORMED', action, 'the same page token twice');
    seen.add(token);
  }
  return failureOf('MALFORMED', action, `more than ${MAX_PAGES} pages`);
};

interface Whole<T> extends Omit<Pages, 'take'> {
  readonly item: z.ZodType<T>;
}

/** Every item of a list, or why not: one that cannot be read makes the whole unreadable. */
export const readAll = async <T>(requests: Requests, { item, ...pages }: Whole<T>): Promise<Answer<readonly T[]>> => {
  const items: unknown[] = [];
  const failure = await readPages(requests, { ...pages, take: page => void items.push(...page) });
  if (failure) return failed(failure);
  const parsed = z.array(item).safeParse(items);
  return parsed.success ? { ok: true, value: parsed.data } : failed(failureOf('MALFORMED', pages.action, whereBroken(parsed.error)));
};
