import { ACT_EVIDENCE } from '../../core/act.ts';
import { consoleLinkOf } from '../../core/console-link.ts';
import { deploymentOf } from '../../core/finding.ts';
import type { FindingDetail, FindingsAnswer, FindingView } from '../../core/finding-view.ts';
import { titleOf } from '../../core/kinds.ts';
import { evidenceText, inWords, spaced } from '../../core/message/in-words.ts';
import { plural } from '../../core/message/words.ts';
import { safeText } from '../../core/message/safe-text.ts';
import { type Out, table } from './table.ts';

/** The list of what is open: one line a finding, then how many there are. */
export const renderFindings = ({ findings, total, unread }: FindingsAnswer, out: Out): string => {
  const hidden = unread.map(
    ({ scope, reason }) => `${safeText(`NOT SHOWN ${scope}: what is stored of it cannot be read (${reason})`, 200)}\n`,
  );
  if (total === 0) return `${hidden.join('')}${hidden.length > 0 ? 'no other findings' : 'no findings'}\n`;
  const short = shortIds(findings);
  const rows = findings.map(view => [view.severity, short.get(view.id) ?? view.id, view.rule, view.name, view.reason, noteOf(view)]);
  const left = total > findings.length ? `, the ${findings.length} most urgent listed` : '';
  return `${hidden.join('')}${table(rows, out)}\n${plural(total, 'finding')}${left}\n`;
};

/** Each id cut to the fewest characters, at least 4, in which it differs from all others of the list. */
export const shortIds = (findings: readonly Pick<FindingView, 'id'>[]): ReadonlyMap<string, string> => {
  const ids = findings.map(({ id }) => id).toSorted();
  return new Map(ids.map((id, index) => [id, id.slice(0, Math.max(6, 1 + common(id, ids[index - 1]), 1 + common(id, ids[index + 1])))]));
};

const common = (id: string, other = ''): number => {
  const differs = id.split('').findIndex((character, index) => character !== other[index]);
  return differs < 0 ? id.length : differs;
};

const noteOf = ({ state, answer, folded }: FindingView): string =>
  state === 'OPEN' || answer === null ? (folded ? 'backlog' : '') : `${state.toLowerCase()} until ${answer.until.slice(0, 10)}`;

/** One finding in full: what to do comes before what it rests on. */
export const renderFinding = (finding: FindingDetail, out: Out): string =>
  [
    safeText(`${finding.severity} ${finding.name}: ${finding.title}`),
    safeText(`${finding.reason} (${finding.environment}, ${finding.state.toLowerCase()}, generation ${finding.generation})`),
    '',
    ...(finding.state === 'RESOLVED' ? [] : ['DO ONE OF THESE', ...actions(finding).map(action => ` - ${safeText(action, 400)}`), '']),
    table(factsOf(finding), out),
    'HISTORY',
    table(
      finding.history.map(({ at, by, event, detail }) => [at.slice(0, 16).replace('T', ' '), event, by, detailText(detail)]),
      out,
    ),
  ].join('\n');

const actions = ({ id, rule, subjectArn, remedy, generation }: FindingDetail): readonly string[] => [
  ...remedy,
  ...(rule.startsWith('APR-') && subjectArn !== null
    ? [`To approve: npx rollcall digest ${subjectArn} prints the line for its manifest`]
    : []),
  `You need time: npx rollcall ack ${id} --generation ${generation} --reason "..."`,
];

/** As `created by` and `changed by`, in words. */
const SAID_BELOW: readonly string[] = ACT_EVIDENCE;

const factsOf = (finding: FindingDetail): readonly (readonly string[])[] => [
  ...Object.entries(finding.evidence)
    .filter(([key, value]) => !SAID_BELOW.includes(key) && value.length > 0)
    .map(([key, value]) => [spaced(key), evidenceText(key, value)]),
  ...(finding.createdBy === null ? [] : [['created by', finding.createdBy]]),
  ...(finding.changedBy === null ? [] : [['changed by', finding.changedBy]]),
  ['why it matters', `${finding.why} (${finding.controls.join(', ')})`],
  ['whose', `${finding.owners.join(', ') || 'nobody'} (${inWords(finding.ownersBecause)})`],
  ['told', finding.toldWhom.join(', ') || 'nobody yet'],
  ['not yours?', finding.contact ?? 'the account has no contact in rollcall.yaml: ask security'],
  ...(finding.answer === null ? [] : [['answer', answerText(finding)]]),
  ['what', subjectText(finding)],
  ...linkOf(finding),
  ['finding', `${finding.rule} ${finding.id}, open since ${finding.openedAt}`],
];

const linkOf = ({ subject }: FindingDetail): readonly (readonly string[])[] => {
  const link = consoleLinkOf(subject);
  return link === undefined ? [] : [['in the console', link]];
};

const subjectText = ({ subject, subjectArn }: FindingDetail): string => {
  const key = deploymentOf(subject) ?? subjectArn;
  return key === null ? subject : `${titleOf(key)} ${key}`;
};

const answerText = ({ answer, stateCode }: FindingDetail): string =>
  answer === null ? '' : `${answer.by} until ${answer.until}: ${answer.reason} (${inWords(stateCode)})`;

const detailText = (detail: Readonly<Record<string, string>>): string =>
  Object.entries(detail)
    .filter(([key, value]) => key !== 'because' || value !== detail['code'])
    .map(([key, value]) => `${key}=${value}`)
    .join(' ');
