import { lstat, open, readdir } from 'node:fs/promises';
import path from 'node:path';

const isManifest = (name: string): boolean => /\.(ya?ml|json)$/i.test(name);

/**
 * Reads every manifest under a directory, or one file, in order of path; symbolic links are not followed, so nothing outside it is read.
 * Of a file at most `maxBytes + 1` bytes are read: the reader of its text refuses it without this machine holding all of it.
 */
export const readManifestFiles = async (
  from: string,
  maxBytes: number,
): Promise<readonly { readonly file: string; readonly content: Uint8Array }[]> => {
  const entries = (await lstat(from)).isDirectory() ? await readdir(from, { withFileTypes: true, recursive: true }) : undefined;
  const files = entries
    ?.filter(entry => entry.isFile() && isManifest(entry.name))
    .map(entry => path.join(entry.parentPath, entry.name)) ?? [from];
  const read = [];
  for (const file of files.toSorted()) read.push({ file, content: await readAtMost(file, maxBytes + 1) });
  return read;
};

const readAtMost = async (file: string, bytes: number): Promise<Uint8Array> => {
  await using handle = await open(file);
  const buffer = new Uint8Array(bytes);
  let length = 0;
  for (;;) {
    const { bytesRead } = await handle.read(buffer, length, bytes - length);
    length += bytesRead;
    if (bytesRead === 0 || length === bytes) return buffer.slice(0, length);
  }
};
