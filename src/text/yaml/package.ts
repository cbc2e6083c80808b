import { createRequire } from 'node:module';

type Yaml = typeof import('yaml');

const load: (name: 'yaml') => Yaml = createRequire(import.meta.url);
let loaded: Yaml | undefined;

/** The `yaml` package, loaded when it is first needed: most files never get past our own reader, and loading costs as much as reading some hundred services. */
export function yamlPackage(): Yaml {
  loaded ??= load('yaml');
  return loaded;
}
