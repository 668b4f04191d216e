const long = 'n'.repeat(2_000);

/** Text that has broken keys, maps or paths somewhere. The long ones differ in what a shortened key would lose. */
export const HOSTILE_NAMES = [
  '__proto__',
  'constructor',
  '#',
  'a#b',
  'a/b',
  '/',
  ' ',
  'ü',
  '模型',
  '👩‍🚀',
  "'; --",
  `${long}1`,
  `${long}2`,
  '界'.repeat(700),
];
