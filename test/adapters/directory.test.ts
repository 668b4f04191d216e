import { expect, test } from 'vitest';
import { createStaticDirectory } from '../../lib/adapters/directory/static-directory.ts';
import { systemClock } from '../../lib/adapters/system/clock.ts';
import { createLineLog } from '../../lib/adapters/system/log.ts';

const directory = createStaticDirectory([
  { person: 'Kim@Example.com', active: true },
  { person: 'zoe\u0301@example.com', active: false },
]);

test.each([
  ['kim@example.com', 'ACTIVE'],
  [' KIM@example.com ', 'ACTIVE'],
  ['zo\u00e9@example.com', 'INACTIVE'],
  ['zoe@example.com', 'NO_SUCH_PERSON'],
  ['k\u0456m@example.com', 'NO_SUCH_PERSON'],
  ['__proto__', 'NO_SUCH_PERSON'],
])('the directory says of %s: %s', async (person, status) => {
  expect(await directory.lookUp(person)).toEqual({ status });
});

test('an empty directory knows of nobody that they have left', async () => {
  expect(await createStaticDirectory([]).lookUp('kim@example.com')).toEqual({ status: 'UNKNOWN', reason: 'no directory configured' });
});

test('a log line is one line of JSON whatever is in it', () => {
  const lines: string[] = [];
  const log = createLineLog(line => lines.push(line), { now: () => '2026-11-23T09:15:00.000Z' });
  log.warn('read', { owner: 'kim\r\n"level":"INFO"' });
  log.info('done', {});
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(/^\{[^\n]*\}\n$/);
  expect(JSON.parse(lines[0]!)).toEqual({
    level: 'WARN',
    at: '2026-11-23T09:15:00.000Z',
    event: 'read',
    detail: { owner: 'kim\r\n"level":"INFO"' },
  });
});

test('the system clock answers instants', () => {
  expect(systemClock.now()).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});
