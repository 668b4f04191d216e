import * as z from 'zod';

const text = z.string();

/** What came of manifests that were applied, or would come of them; sent as `rollcall.apply/1`. */
export const appliedViewSchema = z.object({
  schema: z.literal('rollcall.apply/1'),
  dryRun: z.boolean(),
  /** One per model, unchanged ones included. `details`: the values that differ, and recorded decisions that stand. */
  changes: z.array(z.object({ model: text, action: text, reason: text, details: z.array(text) })),
  /** Registered models that no manifest names, left alone. */
  undeclared: z.array(text),
});
export type AppliedView = z.infer<typeof appliedViewSchema>;

/** Manifests as text, so that whoever applies them reads them with the same rules. */
export interface ApplyAsk {
  readonly manifests: readonly { readonly file: string; readonly text: string }[];
  /** Also removes registrations that no manifest names. */
  readonly prune: boolean;
  /** How many a large prune is meant to remove. */
  readonly confirm?: number | undefined;
  readonly dryRun: boolean;
}

/** A manifest drafted for one finding, as text to be finished by a person; sent as `rollcall.draft/1`. */
export const draftViewSchema = z.object({ schema: z.literal('rollcall.draft/1'), manifest: text });
export type DraftView = z.infer<typeof draftViewSchema>;
