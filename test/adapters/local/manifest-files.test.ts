import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { readManifestFiles } from '../../../lib/adapters/local/manifest-files.ts';

const directory = (): string => {
  const root = mkdtempSync(path.join(tmpdir(), 'manifests-'));
  mkdirSync(path.join(root, 'team'));
  for (const [file, text] of Object.entries({ 'z.yaml': 'z', 'b.YML': 'b', 'team/a.json': '{}', 'notes.md': 'x' }))
    writeFileSync(path.join(root, file), text);
  symlinkSync('/etc', path.join(root, 'etc'));
  symlinkSync(path.join(root, 'notes.md'), path.join(root, 'link.yaml'));
  return root;
};
const read = async (from: string, maxBytes = 100) =>
  (await readManifestFiles(from, maxBytes)).map(({ file, content }) => [path.relative(from, file), new TextDecoder().decode(content)]);

it('reads every manifest below a directory in order, and follows no symbolic link', async () => {
  expect(await read(directory())).toEqual([
    ['b.YML', 'b'],
    ['team/a.json', '{}'],
    ['z.yaml', 'z'],
  ]);
});

it('reads one file where one is named, and no more of it than tells that it is too large', async () => {
  const file = path.join(directory(), 'notes.md');
  writeFileSync(file, 'x'.repeat(500));
  expect(await read(file)).toEqual([['', 'x'.repeat(101)]]);
});

it('an empty directory has no files, and one that is not there is an error', async () => {
  expect(await read(mkdtempSync(path.join(tmpdir(), 'empty-')))).toEqual([]);
  await expect(read('/no/such/directory')).rejects.toThrow(/ENOENT.*\/no\/such\/directory/);
});
