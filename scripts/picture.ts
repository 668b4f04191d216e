import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

/** Draws what `npm start -- --once` prints as docs/demo.svg, the picture of the README. */
const run = spawnSync(process.execPath, ['bin/rollcall.ts', 'start', '--once'], { encoding: 'utf8' });
if (run.status !== 0) throw new Error(`the demo failed: ${run.stderr}`);

const [CHARACTER, LINE, MARGIN] = [8.4, 19, 20];
const COLOURS: readonly (readonly [RegExp, string])[] = [
  [/^CRITICAL/, '#ff7b72'],
  [/^HIGH/, '#ffa657'],
  [/NOT CHECKED|^MEDIUM/, '#e3c866'],
  [/^(Rollcall|ROLL CALL|TOLD|NEXT)/, '#7ee787'],
];

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const lines = ['$ npm start -- --once', '', ...run.stdout.trimEnd().split('\n')];
const texts = lines.map((line, index) => {
  const colour = COLOURS.find(([pattern]) => pattern.test(line))?.[1] ?? '#c9d1d9';
  return `<text x="${MARGIN}" y="${MARGIN + 14 + index * LINE}" fill="${colour}" xml:space="preserve">${escaped(line)}</text>`;
});
const [width, height] = [Math.ceil(80 * CHARACTER + 2 * MARGIN), lines.length * LINE + 2 * MARGIN];
const font = 'font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="14"';
const box = `<rect width="100%" height="100%" rx="8" fill="#0d1117"/>`;
const label = '<title>The roll call of the sample estate, as the terminal shows it</title>';
writeFileSync(
  'docs/demo.svg',
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" ${font}>\n${[label, box, ...texts].join('\n')}\n</svg>\n`,
);
