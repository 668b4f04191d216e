import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { remediesOf, withFacts } from '../core/finding-view.ts';
import { safeText } from '../core/message/safe-text.ts';
import type { Registration } from '../core/registration.ts';
import { RULE_IDS, type RuleId, ruleEntry, type Severity } from '../core/rule-catalog.ts';
import { type Hole, holesIn, type ScanFinding, type ScanResult } from '../usecases/scan.ts';
import { VERSION } from './version.ts';

const LEVELS: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  CRITICAL: 'error',
  HIGH: 'error',
  MEDIUM: 'warning',
  LOW: 'note',
  INFO: 'note',
};

/**
 * `rollcall scan --format sarif`, SARIF 2.1.0. A scope that was not read makes the invocation unsuccessful and is named in a
 * notification, so that no results never reads as nothing to find.
 */
export const sarifOutput = (result: ScanResult, registrations: readonly Registration[]) => {
  const origins = new Map(registrations.map(({ name, origin }) => [name, origin]));
  return {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Rollcall', version: VERSION, rules: RULE_IDS.map(ruleOutput) } },
        invocations: [
          {
            executionSuccessful: result.complete,
            startTimeUtc: result.at,
            toolConfigurationNotifications: holesIn(result).map(notification),
          },
        ],
        results: result.findings.map(finding => resultOutput(finding, origins)),
      },
    ],
  };
};

/** Of one finding each remedy names its own versions; of the rule it can only say what stands there. */
const GENERAL = { id: 'ID', facts: { version: 'this version', approved: 'the approved version', exclusion: '{scope: ..., reason: ...}' } };

const ruleOutput = (id: RuleId) => {
  const { name, title, why, remedy, controls } = ruleEntry(id);
  return {
    id,
    name,
    shortDescription: message(title),
    fullDescription: message(why),
    help: message(remedy.map(action => withFacts(action, GENERAL)).join(' ')),
    properties: { tags: [...controls] },
  };
};

const resultOutput = ({ id, scope, violation }: ScanFinding, origins: ReadonlyMap<string, string>) => {
  const { rule, severity, subject, reason, about, facts } = violation;
  const { title } = ruleEntry(rule);
  const actions = remediesOf({ rule, id, subject, facts });
  return {
    ruleId: rule,
    level: LEVELS[severity],
    message: message(`${about.name}: ${title} (${reason}). ${actions.join(' ')}`),
    locations: [
      {
        ...physical(about.model === null ? undefined : origins.get(about.model)),
        logicalLocations: [logical(about.arn ?? subject.replace(/^\w+:/, ''))],
      },
    ],
    partialFingerprints: { 'findingId/v1': id },
    properties: { severity, scope, subject },
  };
};

const notification = ({ scope, status, reason }: Hole) => ({
  level: status === 'EXCLUDED' ? 'note' : 'error',
  message: message(`${scope} ${status === 'EXCLUDED' ? 'is excluded' : 'was not checked'}: ${reason ?? 'no reason given'}`),
  locations: [{ logicalLocations: [logical(scope)] }],
});

const logical = (fullyQualifiedName: string) => ({ fullyQualifiedName, kind: 'resource' });

/** Of `registry/payments.yaml:12`; a registry that is stored says no line. */
const physical = (origin: string | undefined) => {
  const [, file, line] = /^(.+?)(?::(\d+))?$/.exec(origin ?? '') ?? [];
  if (file === undefined) return {};
  const region = line === undefined ? {} : { region: { startLine: Number(line) } };
  return { physicalLocation: { artifactLocation: { uri: uriOf(file) }, ...region } };
};

const uriOf = (file: string): string =>
  path.isAbsolute(file) ? pathToFileURL(file).href : file.toWellFormed().split(/[/\\]/).map(encodeURIComponent).join('/');

/** Brackets would be a link in a viewer, whoever wrote them. */
const message = (text: string) => ({ text: safeText(text, 1000).replace(/[\\[\]]/g, '\\$&') });
