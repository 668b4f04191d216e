import { inWords } from '../../core/message/in-words.ts';
import { safeText } from '../../core/message/safe-text.ts';
import type { ModelView } from '../../core/model-view.ts';
import { type Out, table } from './table.ts';

/** A model by the three questions: who owns it, what it connects to, what changed since its last approval. */
export const renderModel = (model: ModelView, out: Out): string => {
  const section = (title: string, rows: readonly (readonly string[])[]): string => `${title}\n${table(rows, out) || 'none\n'}`;
  return [
    safeText(`${model.name}: ${model.purpose ?? 'purpose unknown'}`, 400),
    safeText(
      `tier ${model.riskTier ?? 'unknown, judged as HIGH'}, ${model.registered.origin}, registered ${model.registered.at} by ${model.registered.by}`,
      400,
    ),
    '',
    section('WHO OWNS IT', [
      ['business owner', model.owners.business ?? 'unknown'],
      ['technical owner', model.owners.technical ?? 'unknown'],
    ]),
    section('WHAT IT CONNECTS TO', [
      [
        'data sources',
        model.connects.dataSources?.map(({ uri, classification }) => `${uri} (${classification ?? 'class unknown'})`).join(', ') ??
          'unknown',
      ],
      ['downstream systems', model.connects.downstreamSystems?.join(', ') ?? 'unknown'],
    ]),
    section(
      'WHERE IT RUNS',
      model.deployments.map(({ name, scope, status, version, listed }) => [
        name,
        scope,
        listed ? status : 'not listed now',
        version ?? 'version unknown',
      ]),
    ),
    section(
      `WHAT CHANGED SINCE ${sinceText(model)}`,
      model.changes.map(({ at, what }) => [at.slice(0, 16).replace('T', ' '), what]),
    ),
    section(
      'FINDINGS',
      model.findings.map(({ severity, id, rule, name, reason }) => [severity, id, rule, name, reason]),
    ),
  ].join('\n');
};

const sinceText = ({ lastApproval }: ModelView): string =>
  lastApproval === null
    ? 'THE REGISTRATION (no approval is recorded)'
    : safeText(
        `${lastApproval.at}, approval of version ${lastApproval.version} by ${lastApproval.approver ?? 'unknown'} (${inWords(lastApproval.source)})`,
      );
