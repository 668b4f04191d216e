import { admittedBy } from '../core/events/admitted.ts';
import { partitionOf } from '../core/partition.ts';
import { defaultSettings, type Settings, settingsSchema } from '../core/settings.ts';
import { checkSchema } from '../manifests/check-schema.ts';
import { InputError } from '../manifests/input-error.ts';
import { readYaml, type SourceFile } from '../manifests/yaml-file.ts';

interface ConfigFile {
  readonly file: string;
  readonly text: SourceFile['content'] | undefined;
  /** The region that Rollcall is deployed to, where it is known: what it reads must lie in the same partition. */
  readonly home?: string | undefined;
}

/** The settings of a `rollcall.yaml`. No file (`text` undefined) or an empty one is the default deployment. Throws InputError. */
export const readConfig = ({ file, text, home }: ConfigFile): Settings => {
  if (text === undefined) return defaultSettings();
  const { documents, problems } = readYaml({ file, content: text });
  const [document, second] = documents;
  if (second !== undefined) throw new InputError([second.problem([], 'VALUE', { reason: 'a second document', hint: 'write one' })]);
  const checked = document && checkSchema(settingsSchema, document);
  const wrong = [...problems, ...(checked?.ok === false ? checked.problems : [])];
  const abroad = checked?.ok ? outside(checked.value, home) : undefined;
  if (abroad !== undefined && document) wrong.push(document.problem(['regions', 0], 'VALUE', { reason: abroad }));
  if (checked?.ok && document && isTooMany(checked.value)) wrong.push(document.problem(['accounts'], 'VALUE', { reason: TOO_MANY }));
  if (wrong.length > 0) throw new InputError(wrong);
  return checked?.ok ? checked.value : defaultSettings();
};

/** The policy of an event bus has at most 10,240 characters, and each account that it names takes some 36 of them. */
const ADMITTED_AT_MOST = 250;
const TOO_MANY = `at most ${ADMITTED_AT_MOST} accounts fit the policy of the event bus: name the organisation instead, or switch events off`;

const isTooMany = (settings: Settings): boolean => settings.events.enabled && admittedBy(settings).accounts.length > ADMITTED_AT_MOST;

/** Why the regions cannot be read from where Rollcall runs. They are all of one partition. */
const outside = ({ regions }: Settings, home: string | undefined): string | undefined => {
  const region = regions === 'enabled' ? undefined : regions[0];
  return region === undefined || home === undefined || partitionOf(region) === partitionOf(home)
    ? undefined
    : `${region} lies in ${partitionOf(region)}, Rollcall is deployed to ${home} in ${partitionOf(home)}`;
};
