import type { Part } from './composition.ts';
import { sha256 } from './digest.ts';
import { type CloudScope, SERVICES } from './scope.ts';
import type { Sighting } from './sighting.ts';

/** Where an inference profile of AWS routes to: `eu.`, `us-gov.`, `global.`. No provider's name has two letters. */
const ROUTES_TO = /^(?:[a-z]{2}|us-gov|apac|global)\.(?=[^.]+\.)/;

/** What an ARN says of a model that its provider hosts: the model, a profile that AWS defines, the model that a custom one was made from. */
const NAMED = /:(?:foundation-model|inference-profile|custom-model)\/(?!imported\/)([^/]+)/;

/** A profile or a router, whoever made it. */
const PASSES_ON = /[:/](?:(?:application-)?inference-profile|(?:default-)?prompt-router)\//;

/** Whether a call of what is named so may be answered in another region, which the name does not say. */
export const isPassedOn = (named: string): boolean => PASSES_ON.test(named) || ROUTES_TO.test(named);

/** The id of the model behind what a caller or a part names: an ARN, a profile, an id. Text in another form is taken as it is. */
export const baseModelOf = (named: string): string => (NAMED.exec(named)?.[1] ?? named).replace(ROUTES_TO, '');

/** By a SageMaker ARN, by its own kind of Bedrock ARN, or by the 12 characters of its id: what is called so belongs to the account. */
const OWN =
  /^arn:[^:]*:sagemaker:|[:/](?:provisioned-model|custom-model|custom-model-deployment|imported-model|application-inference-profile|prompt-router|prompt|agent-alias|flow)\/|^[a-z0-9]{12}$/;

/** Whether a name is of something that somebody here made, which answers the roll itself. Everything else is offered to everybody alike. */
export const isOwn = (named: string): boolean => OWN.test(named);

const IMPORTED = /:imported-model\//;

/** The models of providers that a deployment rests on, each once: weights that somebody imported rest on none. Nothing where what it runs is not known, or is remembered without its parts. */
export const baseModelsOf = ({ detail }: Sighting): readonly string[] => {
  const parts = detail.state === 'KNOWN' ? detail.composition.parts : [];
  const models = parts.filter(({ kind }) => kind === 'MODEL').map(({ identity }) => baseModelOf(identity));
  return [...new Set(models.filter(model => !IMPORTED.test(model)))].toSorted();
};

/** A part that everybody may have who calls the same models, or routes between them alike: it says nothing of whose a deployment is. */
export const isOffered = ({ kind, identity }: Part): boolean => (kind === 'MODEL' || kind === 'BEHAVIOUR') && !isOwn(identity);

/** Longer than any id of a model; what is longer is cut, and told apart by its hash. */
const MAX = 200;

/** Text that may stand in a key and on a page, one text for each name: metrics carry whatever was passed. */
export const plainModel = (named: string): string => {
  const plain = named.toWellFormed().replace(/[^\w.:-]/gu, each => encodeURIComponent(each).replace(/[!'()*~]/, hex));
  return plain.length <= MAX ? plain : `${plain.slice(0, MAX - 66)}--${sha256(plain)}`;
};

const hex = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;

/**
 * The key of a use, in the place of an ARN, as there is no resource: one for each model, account and region.
 * `use:aws:bedrock:eu-west-1:111122223333:model/anthropic.claude-v2:1`
 */
export const useKey = ({ provider, region, account }: CloudScope, model: string): string =>
  `use:aws:${SERVICES[provider]}:${region}:${account}:model/${model}`;

/** What a manifest claims: an account and a model, or with `*` all whose names go on with further words. */
export const USE_CLAIM = /^\d{12}\/\w[\w.:-]*\*?$/;

const claimKey = (account: string, model: string): string => `use:${account}/${model}`;

/** The match key of a claim, however its model was named: `us.anthropic.claude-*` claims what `anthropic.claude*` does. */
export const keyOfClaim = (claim: string): string => {
  const [account = '', model = ''] = claim.split('/');
  return claimKey(account, baseModelOf(model).replace(/[.:-]+\*$/, '*'));
};

/** Every claim that a use answers to: its name, and with `*` each beginning of it that ends where a word does. */
export const claimsOnUse = (account: string, model: string): readonly string[] => [
  claimKey(account, model),
  ...[...model.matchAll(/[.:-]|$/g)].map(({ index }) => claimKey(account, `${model.slice(0, index)}*`)),
];
