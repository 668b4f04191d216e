import type { Unlisted } from '../core/inventory.ts';
import type { Registration } from '../core/registration.ts';
import type { CloudScope, ScopeId } from '../core/scope.ts';
import type { Settings } from '../core/settings.ts';
import type { ManifestSources } from '../manifests/read-manifests.ts';
import type { Clock, ListingSource, OwnerDirectory } from '../ports.ts';
import type { DoctorPorts } from './doctor/check.ts';
import type { Out } from './render/table.ts';
import type { RollcallClient } from './rollcall-client.ts';

/** Which Rollcall is asked: a stack's, an address's, or (none given) the local store, there as the person `as`. */
export interface Target {
  readonly stack?: string | undefined;
  readonly api?: string | undefined;
  readonly as?: string | undefined;
}

/** `close` gives back what the connection holds, such as the local store. */
export type Connection = RollcallClient & { readonly close?: () => Promise<void> };

export interface ScanTarget {
  /** A directory of manifests, or a stack's Registry table; neither: an inventory without a registry. */
  readonly registry?: string | undefined;
  readonly stack?: string | undefined;
  /** undefined: those of `rollcall.yaml`, else the region of the caller. */
  readonly regions?: readonly string[] | undefined;
  /** Whether ETags of artefacts are read from S3; undefined: as `rollcall.yaml` says. */
  readonly artefactEtags?: boolean | undefined;
  /** Only these; undefined: the caller's own and those of `rollcall.yaml`. */
  readonly accounts?: readonly string[] | undefined;
  /** Assumed in every account but the caller's own; undefined: the `spoke` of `rollcall.yaml`. */
  readonly role?: string | undefined;
  readonly externalId?: string | undefined;
}

/** Whose permissions are checked; with a stack, a deployed Rollcall too. */
export interface DoctorTarget {
  readonly stack?: string | undefined;
  readonly regions?: readonly string[] | undefined;
}

/** What a stateless roll call reads from, with the caller's own credentials. */
export interface Scanner {
  readonly source: ListingSource;
  readonly directory: OwnerDirectory;
  readonly settings: Omit<Settings, 'spoke' | 'organization'>;
  readonly scopes: readonly CloudScope[];
  readonly excluded: readonly { readonly scope: ScopeId; readonly reason: string }[];
  /** Lists of accounts or regions that were not answered: what else there is to read is not known. */
  readonly unlisted: readonly Unlisted[];
  readonly registrations: readonly Registration[] | undefined;
}

export interface StartOptions {
  readonly once: boolean;
  readonly now: string | undefined;
}

/** Everything outside that the commands need; wiring implements it once for the process, tests with plain data. */
export interface CliWiring {
  readonly stdout: Out;
  readonly stderr: Out;
  readonly clock: Clock;
  readonly connect: (target: Target) => Promise<Connection>;
  readonly scanner: (target: ScanTarget) => Promise<Scanner>;
  readonly doctor: (target: DoctorTarget) => Promise<DoctorPorts>;
  /** Every `*.yaml`, `*.yml` and `*.json` below a directory, or the one file. Throws an InputError when there is nothing to read. */
  readonly readManifests: (path: string) => Promise<ManifestSources>;
  /** Writes new files below a directory, never over one that exists; resolves with what was written. */
  readonly writeNew: (directory: string, files: readonly { readonly file: string; readonly text: string }[]) => Promise<readonly string[]>;
  /** The text of an estate file; undefined: the sample estate. */
  readonly readEstate: (file: string | undefined) => Promise<{ readonly file: string; readonly text: string }>;
  /** Resolves when the user interrupts the program. */
  readonly interrupted: () => Promise<void>;
  readonly start: (options: StartOptions) => Promise<number>;
}
