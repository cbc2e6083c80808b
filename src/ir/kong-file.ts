import type { OriginId, Sourced, SourceFile } from '../text/index.ts';

/** Something that Kong refuses in a declarative file, or a key whose first value it drops, at its place. */
export interface KongFault {
  readonly kind: 'yaml' | 'key-twice' | 'field-unknown' | 'field-missing' | 'reference-unknown' | 'defined-twice' | 'plugin-unknown' | 'value-invalid';
  readonly origin: OriginId;
  /** `services[0].routes[1].paths[0]`. */
  readonly path: string;
  /** The name or value that is wrong, where there is one. */
  readonly subject: string;
  /** What Kong says, without its place. */
  readonly says: string;
  /** Names that would be right there. */
  readonly candidates: readonly string[];
  /** The other place, where there is one. */
  readonly related?: OriginId;
}

/** Kong 3.9 shifts regex_priority as a number of 32 bits: from 1024 on it reaches the bits for the number of conditions (read in 3.9.3). */
export const LARGEST_REGEX_PRIORITY = 1023;

/** What a route of a declarative file matches on. */
export interface KongRouteFacts {
  readonly name: string;
  readonly origin: OriginId;
  readonly hosts: readonly string[];
  readonly methods: readonly string[];
  readonly snis: readonly string[];
  /** `name=value` and so on, sorted. */
  readonly headers: readonly string[];
  readonly protocols: readonly string[];
  readonly paths: readonly Sourced<string>[];
  readonly expression?: Sourced<string>;
  readonly priority?: Sourced<number>;
  readonly regexPriority?: Sourced<number>;
}

/** A declarative file of Kong, checked as the node checks it when it starts. */
export interface KongFile {
  readonly source: SourceFile;
  readonly flavour: 'traditional' | 'traditional_compatible' | 'expressions';
  /** Up to 2.1 patterns need no mark. */
  readonly format: string;
  readonly faults: readonly KongFault[];
  readonly routes: readonly KongRouteFacts[];
}
