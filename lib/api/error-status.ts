import type { RefusalCode } from '../core/outcome.ts';

/** The one table from refusals to HTTP statuses. */
export const ERROR_STATUS = {
  BAD_REQUEST: 400,
  BAD_ID: 400,
  AMBIGUOUS: 400,
  REASON_EMPTY: 400,
  REASON_TOO_LONG: 400,
  UNTIL_PAST: 400,
  UNTIL_TOO_LATE: 400,
  NOT_ALLOWED: 403,
  NOT_FOUND: 404,
  METHOD: 405,
  NOT_OPEN: 409,
  NOT_FOLDED: 409,
  NOTHING_TO_DRAFT: 409,
  CONFLICT: 409,
  PRUNE_TOO_MANY: 409,
  TOO_LARGE: 413,
  NOT_JSON: 415,
  INTERNAL: 500,
} as const satisfies Record<RefusalCode, number>;
