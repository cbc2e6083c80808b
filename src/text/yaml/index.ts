export { yamlGet } from './node.ts';
export type { ScalarStyle, YamlEntry, YamlFile, YamlMapping, YamlNode, YamlProblem, YamlScalar, YamlSequence } from './node.ts';
export { parseYaml } from './parse.ts';
export { goFloat, goText, isText, resolveScalar } from './resolve-scalar.ts';
export type { Resolved } from './resolve-scalar.ts';
