export interface Series {
  readonly name: string;
  readonly colour: string;
  /** Endpoints and calls, both above 0. */
  readonly points: readonly (readonly [x: number, y: number])[];
}

const [WIDTH, HEIGHT] = [770, 420];
const MARGIN = { left: 64, right: 220, top: 44, bottom: 48 };

/** The powers of ten that hold all values, both ends included. */
export const decades = (values: readonly number[]): readonly number[] => {
  const [from, to] = [Math.floor(Math.log10(Math.min(...values))), Math.ceil(Math.log10(Math.max(...values)))];
  return Array.from({ length: Math.max(to - from, 1) + 1 }, (_, index) => 10 ** (from + index));
};

/** Where a value lies between the ends of its axis, 0 to 1, by its logarithm. */
const share = (value: number, ticks: readonly number[]): number => {
  const [first = 1, last = 10] = [ticks[0], ticks.at(-1)];
  return Math.log10(value / first) / Math.log10(last / first);
};

/** Lines over two logarithmic axes. */
export const lineChart = (title: string, [xTitle, yTitle]: readonly [string, string], series: readonly Series[]): string => {
  const points = series.flatMap(each => each.points);
  const [xs, ys] = [decades(points.map(([x]) => x)), decades(points.map(([, y]) => y))];
  const atX = (x: number): string => (MARGIN.left + share(x, xs) * (WIDTH - MARGIN.left - MARGIN.right)).toFixed(1);
  const atY = (y: number): string => (HEIGHT - MARGIN.bottom - share(y, ys) * (HEIGHT - MARGIN.top - MARGIN.bottom)).toFixed(1);
  const [right, bottom] = [WIDTH - MARGIN.right, HEIGHT - MARGIN.bottom];
  const line = ({ name, colour, points: own }: Series): readonly string[] => {
    const [x = 1, y = 1] = own.at(-1) ?? [];
    return [
      `<polyline fill="none" stroke="${colour}" stroke-width="2.5" points="${own.map(([a, b]) => `${atX(a)},${atY(b)}`).join(' ')}"/>`,
      ...own.map(([a, b]) => `<circle cx="${atX(a)}" cy="${atY(b)}" r="3.5" fill="${colour}"/>`),
      label([Number(atX(x)) + 10, Number(atY(y)) + 4], `${name}: ${y.toLocaleString('en-US')}`, ` fill="${colour}"`),
    ];
  };
  const lines = [
    `<title>${escaped(title)}</title>`,
    '<rect width="100%" height="100%" fill="#ffffff"/>',
    label([MARGIN.left, 24], title, ' font-size="15" font-weight="600"'),
    ...xs.flatMap(x => [
      grid(`M${atX(x)} ${MARGIN.top}V${bottom}`),
      label([atX(x), bottom + 18], x.toLocaleString('en-US'), ' text-anchor="middle"'),
    ]),
    ...ys.flatMap(y => [
      grid(`M${MARGIN.left} ${atY(y)}H${right}`),
      label([MARGIN.left - 8, Number(atY(y)) + 4], y.toLocaleString('en-US'), ' text-anchor="end"'),
    ]),
    label([(MARGIN.left + right) / 2, HEIGHT - 10], xTitle, ' text-anchor="middle"'),
    label([MARGIN.left, MARGIN.top - 6], yTitle),
    ...series.flatMap(line),
  ];
  const font = 'font-family="system-ui, sans-serif" font-size="12" fill="#24292f"';
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" ${font}>\n${lines.join('\n')}\n</svg>\n`;
};

const label = ([x, y]: readonly [string | number, string | number], text: string, more = ''): string =>
  `<text x="${x}" y="${y}"${more}>${escaped(text)}</text>`;

const grid = (path: string): string => `<path d="${path}" stroke="#d0d7de"/>`;

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
