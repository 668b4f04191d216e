/** One text for all ways of writing a person, to look them up by. */
export const personKey = (person: string): string => person.trim().normalize('NFC').toLowerCase();

/** Whether two texts name the same person: letter case, Unicode form and spaces around do not make another person. Nobody is no person. */
export const samePerson = (a: string | null, b: string | null): boolean => a !== null && b !== null && personKey(a) === personKey(b);

/** Who stands behind a verified caller: the session name of a role, the name of an IAM user, or the text itself. */
export const personBehind = (caller: string): string =>
  /^arn:aws[a-z-]*:(?:sts::\d{12}:assumed-role|iam::\d{12}:user)\/(?:.*\/)?([^/]+)$/.exec(caller)?.[1] ?? caller;
