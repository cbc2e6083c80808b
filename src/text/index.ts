export { Origins } from './origin.ts';
export type { Origin, OriginId, Run, Sourced } from './origin.ts';
export type { Segment } from './runs.ts';
export { SourceFile } from './source-file.ts';
export { known } from './text.ts';
export type { Text } from './text.ts';
export { assertNever } from './assert-never.ts';
export { map, printYaml, quoted, scalar } from './print-yaml.ts';
export type { Raw, YamlEntry, YamlMap, YamlValue } from './print-yaml.ts';
