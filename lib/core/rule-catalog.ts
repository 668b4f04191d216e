import type { Tier } from './registration.ts';

/** From least to most urgent. INFO is recorded and listed, never sent. */
export const SEVERITIES = ['INFO', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const;
export type Severity = (typeof SEVERITIES)[number];

export const isAtLeast = (severity: Severity, floor: Severity): boolean => SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(floor);

/** The kinds of subject a rule can be about; each rule names one. */
export type SubjectType = 'dep' | 'model' | 'decl' | 'scope';

/** What a rule is, as data: the rest of the catalogue fits in without a change of shape. */
export interface RuleEntry {
  readonly name: string;
  readonly subject: SubjectType;
  /** By tier: EXPERIMENT, LOW, MEDIUM, HIGH. null: the rule does not apply to that tier. */
  readonly severity: Readonly<Record<Tier, Severity | null>>;
  /** One sentence for people: what is wrong. */
  readonly title: string;
  /** What clears it, as the actions a person can take; shown before any evidence. */
  readonly remedy: readonly string[];
  /** Why it matters, in one clause, followed by the controls in messages. */
  readonly why: string;
  /** Ids from NIST CSF 2.0, NIST AI RMF 1.0, OWASP Agentic (ASI), ISO 42001 annex A. */
  readonly controls: readonly string[];
}

const tiers = (experiment: Severity | null, low: Severity | null, medium: Severity | null, high: Severity | null) => ({
  EXPERIMENT: experiment,
  LOW: low,
  MEDIUM: medium,
  HIGH: high,
});
const always = (severity: Severity) => tiers(severity, severity, severity, severity);

export const RULES = {
  'INV-01': {
    name: 'UNREGISTERED_DEPLOYMENT',
    subject: 'dep',
    severity: tiers('LOW', 'MEDIUM', 'HIGH', 'CRITICAL'),
    title: 'nobody registered it',
    remedy: [
      'It should not run: delete it; this closes in two roll calls.',
      'It is yours: register it (npx rollcall init --finding {id} prints the manifest).',
    ],
    why: 'a model outside the inventory is reviewed by nobody',
    controls: ['ID.AM-02', 'ID.AM-08', 'GOVERN 1.6', 'ASI04', 'A.4.2'],
  },
  'INV-02': {
    name: 'UNREGISTERED_USAGE',
    subject: 'dep',
    severity: tiers('INFO', 'LOW', 'MEDIUM', 'HIGH'),
    title: 'nobody registered its use',
    remedy: [
      'Nobody should call it: deny it; this closes 2 weeks after the last call.',
      'It is yours: register its use (npx rollcall init --finding {id} prints the manifest).',
    ],
    why: 'what is called from outside the inventory is reviewed by nobody',
    controls: ['ID.AM-04', 'GV.SC-04', 'MAP 4.1', 'A.10.3'],
  },
  'INV-03': {
    name: 'VERSION_DRIFT',
    subject: 'dep',
    severity: tiers('INFO', 'MEDIUM', 'HIGH', 'CRITICAL'),
    title: 'runs another version than the registry says',
    remedy: ['It should run: register this version.', 'It should not: go back to the registered version.'],
    why: 'the inventory must say what really runs',
    controls: ['PR.PS-01', 'ID.RA-07', 'MANAGE 4.1', 'ASI04'],
  },
  'INV-04': {
    name: 'ARTEFACT_DRIFT',
    subject: 'dep',
    severity: tiers('INFO', 'LOW', 'HIGH', 'CRITICAL'),
    title: 'something around the model was changed',
    remedy: ['It should be so: register this composition, and have it approved.', 'It should not: put back what was registered.'],
    why: 'an adapter or a parameter changes a model as much as a new version',
    controls: ['ASI04', 'ASI08', 'PR.PS-01', 'MANAGE 4.1'],
  },
  'INV-05': {
    name: 'UNREGISTERED_ARTEFACT',
    subject: 'dep',
    severity: tiers('INFO', 'LOW', 'MEDIUM', 'HIGH'),
    title: 'something unregistered is laid around the model',
    remedy: ['It should be so: register this composition, and have it approved.', 'It should not: detach it.'],
    why: 'what nobody registered was reviewed by nobody',
    controls: ['MAP 4.2', 'ASI04', 'LLM03'],
  },
  'INV-06': {
    name: 'GHOST_RECORD',
    subject: 'decl',
    severity: tiers('INFO', 'LOW', 'LOW', 'MEDIUM'),
    title: 'registered, but not seen',
    remedy: ['It is gone: take the deployment out of the manifest.', 'It moved: correct its ARN in the manifest.'],
    why: 'a registry that lists what is gone cannot be trusted for what is there',
    controls: ['GOVERN 1.7', 'ID.AM-08'],
  },
  'INV-07': {
    name: 'RETIRED_STILL_LIVE',
    subject: 'dep',
    severity: tiers('LOW', 'MEDIUM', 'HIGH', 'CRITICAL'),
    title: 'was taken out of use, and still serves',
    remedy: ['It should not run: delete it, or go back to a version in use.', 'It should run: have it approved anew (not by yourself).'],
    why: 'a decision to stop holds only if somebody looks',
    controls: ['GOVERN 1.7', 'MANAGE 2.4', 'NHI1', 'PR.PS-02'],
  },
  'INV-08': {
    name: 'ENVIRONMENT_MISMATCH',
    subject: 'dep',
    severity: tiers('LOW', 'MEDIUM', 'HIGH', 'HIGH'),
    title: 'runs where it was not meant to',
    remedy: ['It is in the right place: correct the manifest, the tag or the account map.', 'It is not: move it.'],
    why: 'a model is reviewed for one place and not for another',
    controls: ['NHI8', 'PR.PS-01'],
  },
  'INV-09': {
    name: 'AMBIGUOUS_MATCH',
    subject: 'dep',
    severity: tiers('INFO', 'LOW', 'MEDIUM', 'MEDIUM'),
    title: 'fits more than one registration',
    remedy: ['Tag it rollcall:model=<name>, or list it under deployments in one manifest.'],
    why: 'a deployment with two records has no owner',
    controls: ['ID.AM-02', 'GOVERN 1.6'],
  },
  'INV-10': {
    name: 'METADATA_INCOMPLETE',
    subject: 'model',
    severity: tiers('INFO', 'LOW', 'MEDIUM', 'HIGH'),
    title: 'the registration lacks fields',
    remedy: ['Fill the missing fields in the manifest and apply it.'],
    why: 'purpose, data and consumers decide how much risk is accepted',
    controls: ['GV.OC-01', 'GV.OC-05', 'MAP 1.1', 'A.6.2.7'],
  },
  'OWN-01': {
    name: 'OWNER_MISSING',
    subject: 'model',
    severity: tiers('LOW', 'MEDIUM', 'HIGH', 'HIGH'),
    title: 'an owner is missing',
    remedy: ['Name one business owner and one technical owner in the manifest.'],
    why: 'a model without an owner is answered for by nobody',
    controls: ['GV.RR-02', 'GOVERN 2.1', 'A.3.2'],
  },
  'OWN-02': {
    name: 'OWNER_INACTIVE',
    subject: 'model',
    severity: tiers('LOW', 'MEDIUM', 'HIGH', 'CRITICAL'),
    title: 'an owner has left',
    remedy: ['Name an active owner in the manifest and apply it.'],
    why: 'an owner who has left cannot answer for the model',
    controls: ['PR.AA-05', 'GV.RR-04', 'NHI1'],
  },
  'OWN-03': {
    name: 'ATTESTATION_OVERDUE',
    subject: 'model',
    severity: tiers(null, 'LOW', 'MEDIUM', 'HIGH'),
    title: 'the attestation is overdue',
    remedy: ['Check that the registration is still true, then attest it in the manifest.'],
    why: 'confidence in a record decays with time',
    controls: ['GOVERN 1.5', 'ASI10'],
  },
  'APR-01': {
    name: 'UNAPPROVED_IN_PRODUCTION',
    subject: 'dep',
    severity: tiers('MEDIUM', 'HIGH', 'HIGH', 'CRITICAL'),
    title: 'in production without an approval',
    remedy: ['It should run: have it approved (not by yourself) in the registry.', 'It should not: take it out of production.'],
    why: 'production needs a decision, not a habit',
    controls: ['MANAGE 1.1', 'A.6.2.5', 'PR.PS-05'],
  },
  'APR-02': {
    name: 'APPROVAL_NOT_FOR_THIS_VERSION',
    subject: 'dep',
    severity: tiers(null, 'MEDIUM', 'HIGH', 'CRITICAL'),
    title: 'runs a version nobody approved',
    remedy: ['It should run: have {version} approved (not by yourself) in the registry.', 'It should not: go back to {approved}.'],
    why: 'one approval does not cover later changes',
    controls: ['ID.RA-07', 'ASI08', 'MANAGE 4.1'],
  },
  'APR-03': {
    name: 'APPROVAL_EXPIRED',
    subject: 'dep',
    severity: tiers(null, 'LOW', 'MEDIUM', 'HIGH'),
    title: 'its approval has expired',
    remedy: ['It should run: have the approval renewed.', 'It should not: take it out of production.'],
    why: 'an approval is given for a time',
    controls: ['GOVERN 1.5', 'ASI08'],
  },
  'EVD-05': {
    name: 'CONSTRAINT_VIOLATED',
    subject: 'dep',
    severity: tiers('LOW', 'MEDIUM', 'HIGH', 'CRITICAL'),
    title: 'runs outside its operating constraints',
    remedy: ['The constraint is wrong: correct it in the manifest, and have that reviewed.', 'It is right: change the configuration.'],
    why: 'it was approved to run within them',
    controls: ['PR.PS-01', 'PR.PS-04', 'MEASURE 2.4', 'LLM06'],
  },
  'LIF-02': {
    name: 'UPSTREAM_EOL',
    subject: 'dep',
    severity: tiers('LOW', 'MEDIUM', 'MEDIUM', 'HIGH'),
    title: 'its model is near the end of its life',
    remedy: ['It is needed: move it to a model that stays, and have that approved.', 'It is not needed: end it.'],
    why: 'on the day a provider retires a model, it stops answering',
    controls: ['MANAGE 3.2', 'GV.OC-05', 'LLM03'],
  },
  'LIF-03': {
    name: 'IDLE_DEPLOYMENT',
    subject: 'dep',
    severity: tiers('INFO', 'LOW', 'LOW', 'MEDIUM'),
    title: 'nobody calls it',
    remedy: ['It is needed: acknowledge this, with what it waits for as the reason.', 'It is not: end it.'],
    why: 'what nobody calls is paid for, and watched by nobody',
    controls: ['GOVERN 1.7', 'ID.AM-08', 'PR.PS-02', 'NHI1'],
  },
  'OPS-01': {
    name: 'SCAN_INCOMPLETE',
    subject: 'scope',
    severity: always('MEDIUM'),
    title: 'the scope could not be read',
    remedy: ['Give the role the action named in the reason.', 'Nobody needs it: leave it out in rollcall.yaml: excluded: [{exclusion}]'],
    why: 'what is not read is not known to be in order',
    controls: ['DE.CM-09'],
  },
  'OPS-02': {
    name: 'SCAN_STALE',
    subject: 'scope',
    severity: always('HIGH'),
    title: 'not completely read for 2 intervals',
    remedy: ['Repair the access (see the OPS-01 finding of the same scope) or exclude the scope with a reason.'],
    why: 'old knowledge is not knowledge',
    controls: ['DE.CM-09'],
  },
} as const satisfies Record<string, RuleEntry>;

export type RuleId = keyof typeof RULES;
// The keys of a constant object are known, which Object.keys does not say.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
export const RULE_IDS = Object.keys(RULES) as RuleId[];
export const ruleEntry = (rule: RuleId): RuleEntry => RULES[rule];

/** Whoever registers it, or ends it, hears of all else then. */
const UNREGISTERED_HIDES = [
  'INV-03',
  'INV-04',
  'INV-05',
  'INV-07',
  'INV-08',
  'INV-09',
  'APR-01',
  'APR-02',
  'APR-03',
  'EVD-05',
  'LIF-02',
  'LIF-03',
] as const;

/** An open finding of a key rule explains the same subject's findings of the listed rules, and hides those that are no worse (`hidingOf`): one fact, one finding. */
export const HIDES: Readonly<Partial<Record<RuleId, readonly RuleId[]>>> = {
  'INV-01': UNREGISTERED_HIDES,
  'INV-02': UNREGISTERED_HIDES,
  'INV-07': ['INV-03', 'INV-04', 'INV-05', 'INV-08', 'APR-01', 'APR-02', 'APR-03', 'EVD-05', 'LIF-02', 'LIF-03'],
  'APR-01': ['APR-02', 'APR-03'],
  'APR-02': ['INV-03', 'INV-04', 'INV-05'],
};
