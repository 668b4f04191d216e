import { safeText } from '../../core/message/safe-text.ts';
import type { CheckAnswer } from '../doctor/check.ts';

const WORDS: Readonly<Record<CheckAnswer['state'], string>> = { OK: 'ok', MEND: 'MEND', CANNOT_TELL: 'unknown' };

/** One item of the checklist: what was seen, then what to do about it. */
export const checkText = ({ title, state, what, mend }: CheckAnswer & { readonly title: string }): string =>
  [`${WORDS[state].padEnd(8)} ${title}: ${what}`, ...mend.map(line => `         -> ${line}`)]
    .map(line => `${safeText(line, 1000)}\n`)
    .join('');

/** How it ended, in one line. */
export const summaryText = (answers: readonly Pick<CheckAnswer, 'state'>[]): string => {
  const count = (state: CheckAnswer['state']): number => answers.filter(answer => answer.state === state).length;
  return `\n${count('OK')} ok, ${count('MEND')} to mend, ${count('CANNOT_TELL')} unknown\n`;
};
