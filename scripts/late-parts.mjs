// What few runs of the command line need is loaded when something of it is first used (`later` in src/cli/start.ts).
// In the sources these are plain imports; a part of its own per module, and a mark on each import of it, come from here.
import path from 'node:path';

/** Everything behind one of these modules that nothing else imports is in its part. */
const LATE = {
  'kong-files': 'compile/kong/read-kong.ts',
  'kong-model': 'models/kong/index.ts',
  'nginx-model': 'models/nginx/index.ts',
  'to-kong': 'targets/kong/index.ts',
  'to-nginx': 'targets/nginx/index.ts',
  'to-traefik-kv': 'targets/traefik-kv/index.ts',
  'to-traefik-labels': 'targets/traefik-labels/index.ts',
  'gateway-yaml': 'sources/gateway-yaml/index.ts',
  'dynamic-2.11': 'traefik-config/catalogue/dynamic-2.11.ts',
  'static-2.11': 'traefik-config/catalogue/static-2.11.ts',
};

/** Modules of Node that take their time, for few of the functions that could need them. */
const LATE_OF_NODE = ['node:crypto'];

const MARK = 'later:';

/** Entry points of the parts, by name. */
export function latePartsOf(sources) {
  return Object.fromEntries(Object.entries(LATE).map(([name, module]) => [name, path.join(sources, module)]));
}

/** For esbuild: imports of these modules stay imports, by their marked names. */
export function lateParts(sources) {
  const names = new Map(Object.entries(latePartsOf(sources)).map(([name, module]) => [module, name]));
  return {
    name: 'late-parts',
    setup(build) {
      build.onResolve({ filter: /^\.{1,2}\/.*\.ts$/ }, ({ kind, path: target, resolveDir }) => {
        const name = kind === 'import-statement' ? names.get(path.resolve(resolveDir, target)) : undefined;
        return name === undefined ? undefined : { path: `${MARK}./${name}.js`, external: true };
      });
      build.onResolve({ filter: /^node:/ }, ({ kind, path: name }) => (kind === 'import-statement' && LATE_OF_NODE.includes(name) ? { path: `${MARK}${name}`, external: true } : undefined));
    },
  };
}

/** A part is known by the names that are taken from it: what would ask for all of them has to load it at once. */
export function checkNamed(code) {
  const whole = /__(?:toESM|reExport|copyProps)\([^()]*require\("later:[^"]+"\)/.exec(code);
  if (whole !== null) throw new Error(`${whole[0]}: a late part can only be imported by names`);
}
