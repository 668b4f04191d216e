import { dollarsOf, totalOf, type Usage } from './cost.ts';
import { PRICES, type Priced, PRICED } from './prices.ts';
import { counted, table } from './tables.ts';

export interface Column {
  readonly title: string;
  readonly usage: Usage;
}

const money = (dollars: number): string =>
  dollars === 0 ? '–' : dollars < 0.005 ? '< 0.01' : dollars < 100 ? dollars.toFixed(2) : counted(Math.round(dollars));
/** Whole numbers where there is one to speak of. */
const amount = (used: number): string => (used === 0 ? '–' : used < 10 ? used.toPrecision(2) : counted(Math.round(used)));

const priceText = (priced: Priced): string => {
  const { dollars, per, source } = PRICES[priced];
  return `[$${dollars}${per === 1 ? '' : ` for ${counted(per)}`}](https://aws.amazon.com/${source}/)`;
};

/** What is used in a month, and what it costs. A copy of the read events stands alone: only some pay for one. */
export const costTable = (columns: readonly Column[]): readonly string[] => {
  const cells = (priced: Priced) => columns.flatMap(({ usage }) => [amount(usage[priced]), money(dollarsOf(usage, priced))]);
  const row = (priced: Priced) => [PRICES[priced].title, priceText(priced), ...cells(priced)];
  const sums = columns.flatMap(({ usage }) => ['', `**${money(totalOf(usage))}**`]);
  const others = PRICED.filter(priced => priced !== 'trailCopies');
  const head = ['', 'price', ...columns.flatMap(({ title }) => [title, '$'])];
  const free = ['CloudTrail, the first copy of the read events', '–', ...columns.flatMap(({ usage }) => [amount(usage.trailCopies), '–'])];
  return table(head, [...others.map(row), ['**together**', '', ...sums], free, row('trailCopies')], 2);
};
