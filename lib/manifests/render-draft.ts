import { Document, isScalar } from 'yaml';
import type { Draft } from '../core/draft-manifest.ts';

/** A draft as the text of a manifest file, each TODO with what belongs there. */
export const renderDraft = ({ manifest, comments }: Draft): string => {
  const document = new Document(manifest, { aliasDuplicateObjects: false });
  for (const [key, comment] of Object.entries(comments)) {
    const node = document.get(key, true);
    if (isScalar(node)) node.comment = ` ${comment}`;
  }
  return document.toString({ lineWidth: 0 });
};
