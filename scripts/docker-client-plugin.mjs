// The Docker client without what this project never asks of it. It brings gRPC, protobuf, an ssh of its own and tar for
// building images; loading them costs more than reading two hundred containers. Whatever is left out here throws when it is used.
import { readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';

const FROM = /[\\/]node_modules[\\/](?:dockerode|docker-modem)[\\/]lib[\\/]/;

/**
 * Sessions and images are for builds, ssh is done by the user's own, certificates are handed over as texts. Of the things
 * that a daemon has, containers are asked for one by one; all others come as lists.
 */
const UNUSED = new Set([
  '@balena/dockerignore', './buildkit', './session', './ssh', 'split-ca', 'tar-fs',
  './config', './exec', './image', './network', './node', './plugin', './secret', './service', './task', './volume',
]);

const REPLACED = new Map([
  ['debug', 'module.exports = () => () => undefined;'],
  ['readable-stream', builtin('stream')],
]);

/** A bundle of ES modules has no `require` for Node's own modules. Each is loaded when something of it is used: TLS and compression seldom are. */
function builtin(name) {
  return `module.exports = new Proxy({}, { get: (_, key) => process.getBuiltinModule('node:${name.replace(/^node:/, '')}')[key] });`;
}

/** The client describes each question for a log that nobody reads. */
const SILENT_UTIL = "module.exports = { inspect: () => '' };";

/**
 * The client reads certificates, a prefix and a time limit from the environment even where a host was named with all it needs.
 * What the environment says has been read before, and may be about another host.
 */
const NO_ENVIRONMENT = "const process = Object.create(globalThis.process, { env: { value: {} } });";

export const dockerClientAlone = {
  name: 'docker-client-alone',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /.*/ }, ({ kind, importer, path }) => {
      if (kind !== 'require-call' || !FROM.test(importer)) return undefined;
      const isOurs = UNUSED.has(path) || REPLACED.has(path) || isBuiltin(path);
      return isOurs ? { path: path === 'util' && /[\\/]modem\.js$/.test(importer) ? 'silent-util' : path, namespace: 'docker-client-alone' } : undefined;
    });
    onLoad({ filter: /[\\/]node_modules[\\/]docker-modem[\\/]lib[\\/]modem\.js$/ }, async ({ path }) => ({ contents: `${NO_ENVIRONMENT}\n${await readFile(path, 'utf8')}` }));
    onLoad({ filter: /.*/, namespace: 'docker-client-alone' }, ({ path }) => {
      if (path === 'silent-util') return { contents: SILENT_UTIL };
      return { contents: REPLACED.get(path) ?? (UNUSED.has(path) ? 'module.exports = {};' : builtin(path)) };
    });
  },
};
