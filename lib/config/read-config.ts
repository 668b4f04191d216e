import { defaultSettings, type Settings, settingsSchema } from '../core/settings.ts';
import { checkSchema } from '../manifests/check-schema.ts';
import { InputError } from '../manifests/input-error.ts';
import { readYaml, type SourceFile } from '../manifests/yaml-file.ts';

/** The settings of a `rollcall.yaml`. No file (`text` undefined) or an empty one is the default deployment. Throws InputError. */
export const readConfig = ({ file, text }: { readonly file: string; readonly text: SourceFile['content'] | undefined }): Settings => {
  if (text === undefined) return defaultSettings();
  const { documents, problems } = readYaml({ file, content: text });
  const [document, second] = documents;
  if (second !== undefined) throw new InputError([second.problem([], 'VALUE', { reason: 'a second document', hint: 'write one' })]);
  const checked = document === undefined ? undefined : checkSchema(settingsSchema, document);
  const all = [...problems, ...(checked === undefined || checked.ok ? [] : checked.problems)];
  if (all.length > 0) throw new InputError(all);
  return checked?.ok === true ? checked.value : defaultSettings();
};
