import { visible } from '../core/plain-text.ts';

/** One thing wrong with what somebody wrote. `line` 0: the file as a whole. `path` is '' at its top. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** `versions[0].approval.approver` */
  readonly path: string;
  readonly reason: string;
  /** The next step, where there is one to name. */
  readonly hint: string | null;
}

/** At most this many problems are shown: more come from one mistake more often than from many. */
export const MAX_PROBLEMS = 50;

/** Input that is refused as a whole; nothing of it was used. Exit code 2. */
export class InputError extends Error {
  readonly problems: readonly Problem[];
  constructor(problems: readonly Problem[]) {
    const shown = problems.slice(0, MAX_PROBLEMS);
    super(
      [...shown.map(problemLine), ...(problems.length > shown.length ? [`the first ${MAX_PROBLEMS} problems of more`] : [])].join('\n'),
    );
    this.name = 'InputError';
    this.problems = shown;
  }
}

/** `file:line:column: path: reason (hint)` */
export const problemLine = ({ file, line, column, path, reason, hint }: Problem): string => {
  const place = line > 0 ? `${file}:${line}:${column}` : file;
  return visible([place, ...(path === '' ? [] : [path]), reason].join(': ') + (hint === null ? '' : ` (${hint})`));
};
