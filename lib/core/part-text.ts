import { artefactPinned, composeParts, imageIdentity } from './compose.ts';
import { type Composition, type Part, PART_KINDS, type PartKind } from './composition.ts';

/** A part as a line of a manifest: `artefact container.1/model s3://models/v3`. No slot has a space in it. */
export const partText = ({ slot, kind, identity }: Part): string => `${kind.toLowerCase()} ${slot} ${identity}`;

const LINE = /^(\S+) (\S+) (\S.*)$/;

const partOf = (line: string): Part | undefined => {
  const [, word = '', slot = '', identity = ''] = LINE.exec(line) ?? [];
  const kind = PART_KINDS.find(each => each.toLowerCase() === word);
  return kind && { slot, kind, identity, pinned: isPinned(kind, identity) };
};

/** Whether a name alone says which content it stands for. */
const isPinned = (kind: PartKind, identity: string): boolean => {
  if (kind === 'IMAGE') return imageIdentity(identity).pinned;
  return kind === 'ARTEFACT' || kind === 'ADAPTER' ? artefactPinned(identity) : true;
};

/** The composition that lines of a manifest state, or the line that is no part. */
export const compositionOf = (lines: readonly string[]): Composition | { readonly broken: string } => {
  const parts: Part[] = [];
  for (const line of lines) {
    const part = partOf(line);
    if (!part) return { broken: line };
    parts.push(part);
  }
  return composeParts(parts);
};
