// The Docker client without what this project never asks of it. It brings gRPC, protobuf, an ssh of its own and tar for
// building images; loading them costs more than reading two hundred containers. Whatever is left out here throws when it is used.
import { isBuiltin } from 'node:module';

const FROM = /[\\/]node_modules[\\/](?:dockerode|docker-modem)[\\/]lib[\\/]/;

/** Sessions and images are for builds, ssh is done by the user's own, certificates are handed over as texts. */
const UNUSED = new Set(['@balena/dockerignore', './buildkit', './session', './ssh', 'split-ca', 'tar-fs']);

const REPLACED = new Map([
  ['debug', 'module.exports = () => () => undefined;'],
  ['readable-stream', builtin('stream')],
]);

/** A bundle of ES modules has no `require` for Node's own modules. */
function builtin(name) {
  return `module.exports = process.getBuiltinModule('node:${name.replace(/^node:/, '')}');`;
}

/** The client describes each question for a log that nobody reads. */
const SILENT_UTIL = "module.exports = { inspect: () => '' };";

export const dockerClientAlone = {
  name: 'docker-client-alone',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /.*/ }, ({ kind, importer, path }) => {
      if (kind !== 'require-call' || !FROM.test(importer)) return undefined;
      const isOurs = UNUSED.has(path) || REPLACED.has(path) || isBuiltin(path);
      return isOurs ? { path: path === 'util' && /[\\/]modem\.js$/.test(importer) ? 'silent-util' : path, namespace: 'docker-client-alone' } : undefined;
    });
    onLoad({ filter: /.*/, namespace: 'docker-client-alone' }, ({ path }) => {
      if (path === 'silent-util') return { contents: SILENT_UTIL };
      return { contents: REPLACED.get(path) ?? (UNUSED.has(path) ? 'module.exports = {};' : builtin(path)) };
    });
  },
};
