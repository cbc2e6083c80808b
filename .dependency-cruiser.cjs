// The import table of ARCHITECTURE.md. `npm run boundaries` runs it and checks that a planted violation is found.
const allowed = {
  text: [],
  diagnostics: ['text'],
  ir: ['text'],
  'rule-lang': ['ir', 'diagnostics', 'text'],
  'traefik-config': ['ir', 'rule-lang', 'diagnostics', 'text', 'sources/source'],
  resolve: ['ir', 'rule-lang', 'traefik-config', 'diagnostics', 'text'],
  runtime: ['ir', 'rule-lang', 'text'],
  analysis: ['ir', 'rule-lang', 'runtime', 'text'],
  engines: ['ir', 'text'],
  testing: ['ir', 'rule-lang', 'runtime', 'analysis', 'engines', 'diagnostics', 'text'],
  checks: ['ir', 'rule-lang', 'analysis', 'diagnostics', 'text'],
  server: ['runtime', 'ir', 'text'],
  live: ['ir', 'diagnostics', 'text', 'sources/docker'],
  diff: ['ir', 'runtime', 'analysis', 'diagnostics', 'text'],
};
const own = (folder) => `^src/${folder}(/|\\.ts$)`;
const rules = Object.entries(allowed).map(([folder, others]) => ({
  name: `only-${folder}`,
  severity: 'error',
  from: { path: own(folder) },
  to: { path: '^src/', pathNot: [own(folder), ...others.map((other) => `^src/${other}(/|\\.ts$)`)] },
}));
const each = (parent, others) => ({
  name: `only-${parent}`,
  severity: 'error',
  from: { path: `^src/${parent}/([^/]+)/` },
  to: { path: '^src/', pathNot: [`^src/${parent}/$1/`, ...others] },
});
module.exports = {
  forbidden: [
    ...rules,
    each('targets', ['^src/targets/target\\.ts$', '^src/targets/traefik-common/', '^src/targets/nginx-common/', '^src/traefik-config/keys\\.ts$', '^src/ir/', '^src/rule-lang/', '^src/diagnostics/', '^src/text/']),
    // What the forms of Traefik's own configuration share is theirs alone, and so is the list of its options.
    { name: 'traefik-words', severity: 'error', from: { path: '^src/targets/', pathNot: '^src/targets/traefik' }, to: { path: '^src/(targets/traefik|traefik-config/)', pathNot: '^src/targets/traefik(-labels|-kv)?/index\\.ts$' } },
    { name: 'targets-apart', severity: 'error', from: { path: '^src/targets/([^/]+)/' }, to: { path: '^src/targets/[^/]+/index\\.ts$', pathNot: '^src/targets/$1/' } },
    each('models', ['^src/ir/', '^src/rule-lang/', '^src/text/']),
    each('sources', ['^src/sources/(source\\.ts$|variables/)', '^src/traefik-config/', '^src/ir/', '^src/rule-lang/', '^src/diagnostics/', '^src/text/']),
    { name: 'version-imports-nothing', severity: 'error', from: { path: '^src/version\\.ts$' }, to: { path: '^src/' } },
    { name: 'cli-is-outermost', severity: 'error', from: { path: '^src/', pathNot: '^src/cli/' }, to: { path: '^src/cli/' } },
    { name: 'cli-imports-the-library', severity: 'error', from: { path: '^src/cli/' }, to: { path: '^src/', pathNot: ['^src/cli/', '^src/(index|building|linting|running)\\.ts$', '^src/config/', '^src/version\\.ts$', '^src/(diagnostics|targets/target|sources/source|server)'] } },
    { name: 'no-circular', severity: 'error', from: { path: '^src/' }, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
  ],
  options: { doNotFollow: { path: 'node_modules' }, tsPreCompilationDeps: true, tsConfig: { fileName: 'tsconfig.json' }, enhancedResolveOptions: { extensions: ['.ts', '.js', '.json'] } },
};
