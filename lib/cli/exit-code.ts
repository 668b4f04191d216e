import type { RefusalCode } from '../core/outcome.ts';

/** What the process ends with. INTERNAL is none of the others, so that a crash never reads as "clean" or as "findings". */
export const EXIT = { OK: 0, FINDINGS: 1, BAD_INPUT: 2, NOT_CHECKED: 3, CONFLICT: 4, NOT_ALLOWED: 5, INTERNAL: 70 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const EXITS: Readonly<Partial<Record<RefusalCode, ExitCode>>> = {
  NOT_ALLOWED: EXIT.NOT_ALLOWED,
  NOT_OPEN: EXIT.CONFLICT,
  NOT_FOLDED: EXIT.CONFLICT,
  CONFLICT: EXIT.CONFLICT,
  INTERNAL: EXIT.INTERNAL,
};

/** The one table from refusals to exit codes: what is in no row is something to type otherwise. */
export const exitOfRefusal = (code: RefusalCode): ExitCode => EXITS[code] ?? EXIT.BAD_INPUT;
