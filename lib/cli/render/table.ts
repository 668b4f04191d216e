import { styleText } from 'node:util';
import Table from 'cli-table3';
import { safeText } from '../../core/message/safe-text.ts';
import { isAtLeast, type Severity } from '../../core/rule-catalog.ts';

/** Where text goes. Colours appear on terminals only, and never with NO_COLOR: the platform asks the stream. */
export type Out = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

const BORDERS = ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'] as const;
const LINES = ['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'] as const;
const PLAIN = Object.fromEntries([...BORDERS, ...LINES].map(name => [name, '']));

/** Rows in columns without borders. Every cell is untrusted: what could change the table or the terminal is shown as an escape. */
export const table = (rows: readonly (readonly string[])[], out: Out): string => {
  if (rows.length === 0) return '';
  const drawn = new Table({ chars: PLAIN, style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 } });
  drawn.push(...rows.map(row => row.map(cell => coloured(safeText(cell, 400), out))));
  return `${drawn
    .toString()
    .split('\n')
    .map(line => line.trimEnd())
    .join('\n')}\n`;
};

/** Severities stand out; everything else is text. */
const coloured = (cell: string, out: Out): string => {
  const severity = SEVERE.find(word => word === cell);
  if (severity === undefined) return cell;
  return styleText(isAtLeast(severity, 'HIGH') ? ['bold', 'red'] : 'yellow', cell, { stream: out });
};
const SEVERE: readonly Severity[] = ['CRITICAL', 'HIGH', 'MEDIUM'];

/** JSON in which no character that people cannot see stands raw; a reader gets the very same values. */
export const jsonText = (value: unknown): string =>
  `${JSON.stringify(value, null, 2).replace(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, character => escapes(character))}\n`;

const escapes = (text: string): string => text.replace(/[^]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
