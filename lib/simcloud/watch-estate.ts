import { watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import { loadEstate } from './estate.ts';
import { type Simcloud, type SimcloudOptions, startSimcloud } from './server.ts';

export interface WatchOptions extends Omit<SimcloudOptions, 'estate'> {
  readonly file: string;
  /** Told why an edit was not loaded; the last good estate stays. */
  readonly onBroken?: (reason: string) => void;
  readonly onLoaded?: () => void;
}

/** Milliseconds in which an editor finishes writing a file. */
const SETTLED = 50;

/** Serves an estate file and follows its edits. Throws when it is broken at the start. */
export const watchEstate = async ({ file, onBroken, onLoaded, ...options }: WatchOptions): Promise<Simcloud> => {
  const simcloud = await startSimcloud({ ...options, estate: loadEstate(file) });
  let timer: NodeJS.Timeout | undefined;
  const check = (): void => {
    try {
      simcloud.load(loadEstate(file));
      onLoaded?.();
    } catch (error) {
      onBroken?.(error instanceof Error ? error.message : String(error));
    }
  };
  // The directory, not the file: many editors put a new file in its place.
  const watcher = watch(dirname(file), (_event, changed) => {
    // Editors remove their backups last: that must not take back the check of the file itself.
    if (changed !== basename(file)) return;
    clearTimeout(timer);
    timer = setTimeout(check, SETTLED);
  });
  const close = async (): Promise<void> => {
    clearTimeout(timer);
    watcher.close();
    await simcloud.close();
  };
  return { ...simcloud, close };
};
