import { ListPromptsCommand } from '@aws-sdk/client-bedrock-agent';
import * as z from 'zod';
import { KINDS } from '../../../core/kinds.ts';
import { arnPattern, type CloudScope, scopeId } from '../../../core/scope.ts';
import { type Answer, failed, failureOf, ifRead } from '../../aws/classify-error.ts';
import { listBelow, type ListedKind, listKind } from '../../aws/list-kind.ts';
import { readAll } from '../../aws/read-pages.ts';
import { createVersionedReader, type Versioned } from '../../aws/versioned-kind.ts';
import { time } from '../shapes.ts';
import * as requests from './requests.ts';
import { name, version } from './shapes.ts';

type AgentSession = requests.AgentSession;

interface Prompt {
  readonly arn: string;
  readonly createdAt: string | null;
  readonly lastModified: string | null;
  readonly name: string;
}

/** A list of all prompts shows the working copy of each. */
const promptItem = (scope: CloudScope): z.ZodType<Prompt> => {
  const { resource, title } = KINDS.PROMPT;
  return z
    .object({
      name,
      arn: z.string().regex(arnPattern(scope, resource), `not a ${title} of ${scopeId(scope)}`),
      createdAt: time,
      updatedAt: time,
    })
    .transform(({ updatedAt, ...raw }) => ({ ...raw, lastModified: updatedAt }));
};

const LIST = { action: 'bedrock:ListPrompts', list: 'promptSummaries', tokenField: 'nextToken' } as const;

const listAll = (session: AgentSession) =>
  listKind(session, {
    ...LIST,
    item: promptItem(session.scope),
    send: (nextToken, options) => session.agents.send(new ListPromptsCommand({ ...requests.PAGE, nextToken }), options),
  });

const versionItem = z.object({ version, createdAt: time, updatedAt: time });
type PromptVersion = z.output<typeof versionItem>;

/** The newest numbered version; undefined for a prompt that is still a draft. Numbers rise, and are never used again. */
const newestVersion = async (session: AgentSession, promptIdentifier: string): Promise<Answer<PromptVersion | undefined>> => {
  const versions = await readAll(session, {
    ...LIST,
    item: versionItem,
    send: (nextToken, options) => session.agents.send(new ListPromptsCommand({ promptIdentifier, ...requests.PAGE, nextToken }), options),
  });
  return ifRead(versions, all => all.toSorted((a, b) => numberOf(b) - numberOf(a)).find(each => numberOf(each) > 0));
};

const numberOf = ({ version: number }: PromptVersion): number => Number.parseInt(number, 10) || 0;

/** Whoever renders a prompt names a version, and AWS shows nobody which: the newest stands for all, and a draft is nobody's deployment. */
const deployed = async (session: AgentSession, prompt: Prompt): Promise<ListedKind<Versioned>> => {
  const newest = await newestVersion(session, prompt.arn);
  if (!newest.ok) return { listed: [], quarantined: [], failure: newest.failure };
  if (newest.value === undefined) return { listed: [], quarantined: [], failure: null };
  const { version: number, createdAt: madeAt, updatedAt } = newest.value;
  const sighting: Versioned = {
    kind: 'PROMPT',
    ...prompt,
    scope: scopeId(session.scope),
    status: `version ${number}`,
    presence: 'SERVING',
    lastModified: updatedAt ?? madeAt,
    pending: null,
    parent: prompt.arn,
    routes: [{ version: number, parts: [] }],
  };
  return { listed: [sighting], quarantined: [], failure: null };
};

/** Prompts of which there is a version, with what the newest one asks of which model. */
export const PROMPT = createVersionedReader<requests.AgentClients, Versioned>({
  kind: 'PROMPT',
  list: async session => listBelow(await listAll(session), prompt => deployed(session, prompt)),
  action: 'bedrock:GetPrompt',
  versions: session => (arn, number) => requests.readPromptVersion(session, arn, number),
  tags: requests.TAGS,
  describe: async (session, arn) => {
    const newest = await newestVersion(session, arn);
    return newest.ok && newest.value === undefined ? failed(failureOf('VANISHED', LIST.action, 'no version of it is left')) : newest;
  },
});
