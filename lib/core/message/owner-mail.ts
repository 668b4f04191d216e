import { ACT_EVIDENCE, actIn, whyNobody } from '../act.ts';
import { consoleLinkOf } from '../console-link.ts';
import { deploymentOf, type FindingRecord } from '../finding.ts';
import { remediesOf } from '../finding-view.ts';
import { titleOf } from '../kinds.ts';
import type { NoticeReason } from '../notice.ts';
import type { OwedNotice } from '../notices.ts';
import { ruleEntry } from '../rule-catalog.ts';
import { evidenceText, spaced } from './in-words.ts';
import { safeText, wrap } from './safe-text.ts';
import {
  acknowledgeUntil,
  answerBy,
  type Block,
  closedWord,
  givenName,
  headline,
  moment,
  momentFrom,
  place,
  type TextContext,
} from './words.ts';

/** Lines of evidence and links in a mail; the rest is one command away. Keeps a finding within 25 lines. */
const ROWS = 3;
/** Widths of the label and of the first column beside it. */
const LABEL = 16;
const COLUMN = 28;

/** One finding for one owner: what is true, what to do and by when, then the evidence. */
export const ownerBlock = (owed: OwedNotice, person: string, context: TextContext): Block => {
  const { notice, finding } = owed;
  const { record } = finding;
  const text = notice.reason === 'RESOLVED' ? closedLines(record) : openLines(owed, person, context);
  const history = `${record.rule}, ${record.id}, generation ${record.generation}. Notice ${notice.id}; repeats keep it.`;
  return { lines: [...text, subjectLine(record), ...wrap(history)], notices: [owed] };
};

const openLines = ({ notice, finding }: OwedNotice, person: string, context: TextContext): string[] => {
  const { record, response } = finding;
  const id = context.shortId(record);
  return [
    ...againLines(notice.reason, record, response?.answer?.until),
    ...leadLines(record, context),
    '',
    `DO ONE OF THESE by ${momentFrom(answerBy(record, context), context.now)}`,
    ...remedies(record, id).flatMap(action => wrap(` - ${action}`, '   ')),
    needTime(record, id, acknowledgeUntil(record, context)),
    '',
    ...evidenceLines(record, id),
    ...labelled('WHY IT MATTERS', `${ruleEntry(record.rule).why} (${ruleEntry(record.rule).controls.slice(0, 2).join(', ')})`),
    ...labelled('WHY YOU', whyYou(record, person)),
    ...labelled('NOT YOURS?', `npx rollcall show ${id} names whom to ask.`),
    ...linkLines(record),
  ];
};

const closedLines = (record: FindingRecord): string[] => {
  const { cleared, about } = record;
  const what = `"${headline(record)}" in ${place(about)} is ${closedWord(record)}.`;
  return [...wrap(what), ...wrap(`Because: ${safeText(cleared?.reason ?? 'unknown')}. Nothing is asked of you.`)];
};

/** Who is asked because of a tag may not answer: whoever deploys writes the tags. */
const needTime = ({ about }: FindingRecord, id: string, until: string): string =>
  about.receiversBecause === 'OWNER_TAG'
    ? ' - You need time: ask security, who can acknowledge it for you.'
    : ` - You need time: npx rollcall ack ${id} --until ${until} --reason "..."`;

/** Why a finding that was told before is told again. */
const againLines = (reason: NoticeReason, record: FindingRecord, until: string | undefined): string[] => {
  const because: Partial<Record<NoticeReason, string>> = {
    REOPENED: `Again: it was over and has come back (generation ${record.generation}).`,
    SEVERITY_RAISED: `Again: it is now ${record.severity}.`,
    FACTS_CHANGED: 'Again: the facts below have changed.',
    ANSWER_ENDED: `Again: the answer given until ${until === undefined ? 'unknown' : moment(until)} no longer holds.`,
    RELEASED: 'Found earlier and kept in the backlog; released to you now.',
  };
  return because[reason] === undefined ? [] : [because[reason]];
};

const leadLines = (record: FindingRecord, context: TextContext): string[] => {
  const { about, facts, rule, openedAt } = record;
  const name = safeText(about.name, 80);
  const lead =
    rule === 'APR-02' && facts['version'] !== undefined && facts['approved'] !== undefined
      ? [
          `${name} in ${place(about)} serves ${safeText(facts['version'], 80)}.`,
          `The approval in the registry covers ${safeText(facts['approved'], 80)} only.`,
        ]
      : [`${name} in ${place(about)}: ${safeText(record.reason)}.`];
  const since = `Seen since ${moment(openedAt)}.${ruleEntry(rule).subject === 'dep' ? ` ${byWhom(record, context)}` : ''}`;
  return [...lead, since].flatMap(line => wrap(line));
};

/** Of what nobody registered people ask who made it; of all else, who changed it. */
const byWhom = ({ rule, evidence }: FindingRecord, { settings }: TextContext): string => {
  const made = rule === 'INV-01';
  const key = made ? 'createdBy' : 'changedBy';
  const act = actIn(evidence, key);
  return `${made ? 'Created' : 'Changed'} by: ${act === null ? safeText(whyNobody(evidence, key, settings), 120) : `${safeText(act.who, 120)} ${moment(act.at)}`}.`;
};

const remedies = (record: FindingRecord, id: string): string[] => {
  const facts = Object.fromEntries(Object.entries(record.facts).map(([key, value]) => [key, safeText(value, 80)]));
  const actions = remediesOf({ ...record, id, facts });
  return actions.map((action, index) => (index === actions.length - 1 ? `${action} This closes on the next roll call.` : action));
};

/** Said elsewhere in the mail, or of use to machines only. */
const SAID = [
  ...ACT_EVIDENCE,
  'origin',
  'technicalOwner',
  'businessOwner',
  'environment',
  'differs',
  'approved',
  'live',
  'differences',
  'covers',
  'unit',
];

const evidenceLines = (record: FindingRecord, id: string): string[] => {
  const texts = Object.entries(record.evidence).map(([key, value]) => [key, evidenceText(key, value)] as const);
  const seen = texts.filter(([key, value]) => !SAID.includes(key) && value !== '');
  const differs = differenceRows(record);
  const rows = differs.length > 0 ? differs : seen.map(([key, value]) => [row(spaced(key), safeText(value, 58))]);
  if (rows.length === 0) return [];
  const { approved = 'unknown', version = 'unknown' } = record.facts;
  const columns = `${`approved, ${safeText(approved, 16)}`.padEnd(COLUMN)}serving now, ${safeText(version, 19)}`;
  const head = differs.length > 0 ? `${'WHAT DIFFERS'.padEnd(LABEL)}${columns}` : 'WHAT WE SAW';
  const most = ROWS - linkLines(record).length;
  const more = rows.length > most ? [row(`and ${rows.length - most} more`, `npx rollcall show ${id}`)] : [];
  return [head, ...rows.slice(0, most).flat(), ...more, ''];
};

const row = (label: string, text: string): string => `  ${safeText(label, 30)} `.padEnd(LABEL) + text;

/** Side by side where both sides fit, else one above the other. */
const differenceRows = ({ evidence }: FindingRecord): string[][] => {
  const [differs = [], approved = [], live = []] = ['differs', 'approved', 'live'].map(key => [evidence[key] ?? []].flat());
  return differs.map((what, index) => {
    const [before, now] = shortened(approved[index] ?? 'unknown', live[index] ?? 'unknown');
    const label = what.split(' ')[0] ?? what;
    if (before.length < COLUMN && now.length <= 76 - LABEL - COLUMN) return [row(label, `${before.padEnd(COLUMN)}${now}`)];
    return [row(label, `approved ${before}`), row('', `now      ${now}`)];
  });
};

/** Images without their registry, digests by their first characters, the ETag of an artefact only where its URI is the same. */
const shortened = (...sides: readonly [string, string]): readonly [string, string] => {
  const names = sides.map(side => side.split(' etag:')[0]);
  const short = (side: string, name = side): string =>
    safeText(names[0] === names[1] ? side : name, 120)
      .replace(/^[^@]*\/(?=[^/@]+@sha256:)/, '')
      .replace(/[@:]sha256:([0-9a-f]{8})[0-9a-f]+/, ' sha256:$1...');
  return [short(sides[0], names[0]), short(sides[1], names[1])];
};

const whyYou = ({ about, evidence }: FindingRecord, person: string): string => {
  const role = (['technicalOwner', 'businessOwner'] as const).find(key => evidence[key] === person);
  const because = {
    REGISTRATION: `${role === 'technicalOwner' ? 'technical owner' : role === 'businessOwner' ? 'business owner' : 'owner'}, ${safeText(String(evidence['origin'] ?? `registration ${about.model}`), 80)}.`,
    OWNER_TAG: 'the owner tag on the resource names you: a hint, not a record.',
    ACCOUNT_CONTACT: `contact of ${place(about)} in rollcall.yaml.`,
    SECURITY_ALONE: 'unknown.',
  }[about.receiversBecause];
  const others = about.receivers.filter(other => other !== person).map(givenName);
  const know = others.length === 0 ? '' : ` ${others.slice(0, 3).join(', ')} ${others.length === 1 ? 'knows' : 'know'} too.`;
  return `${because}${know}`;
};

const labelled = (label: string, text: string): string[] => wrap(`${label.padEnd(LABEL)}${text}`, ' '.repeat(LABEL));

/** Where the deployment is to be seen, in one piece, so that mail programs make a link of it. */
const linkLines = ({ subject }: FindingRecord): string[] => {
  const link = consoleLinkOf(subject);
  return link === undefined ? [] : [`${'SEE IT'.padEnd(LABEL)}${link}`];
};

/** The ARN comes last: no mail opens with one. */
const subjectLine = ({ about, subject }: FindingRecord): string => {
  const key = deploymentOf(subject) ?? about.arn;
  return key === null ? safeText(subject.replace(/^(\w+):/, '$1 '), 300) : `${titleOf(key)} ${safeText(key, 2048)}`;
};
