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
  testing: ['ir', 'runtime', 'analysis', 'engines', 'diagnostics', 'text'],
  checks: ['ir', 'rule-lang', 'analysis', 'diagnostics', 'text'],
  server: ['runtime', 'ir', 'text'],
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
    each('targets', ['^src/targets/target\\.ts$', '^src/ir/', '^src/rule-lang/', '^src/diagnostics/', '^src/text/']),
    each('models', ['^src/ir/', '^src/rule-lang/', '^src/text/']),
    each('sources', ['^src/sources/source\\.ts$', '^src/traefik-config/', '^src/ir/', '^src/rule-lang/', '^src/diagnostics/', '^src/text/']),
    { name: 'cli-is-outermost', severity: 'error', from: { path: '^src/', pathNot: '^src/cli/' }, to: { path: '^src/cli/' } },
    { name: 'cli-imports-the-library', severity: 'error', from: { path: '^src/cli/' }, to: { path: '^src/', pathNot: ['^src/cli/', '^src/index\\.ts$', '^src/config/', '^src/(diagnostics|targets/target|sources/source|server)'] } },
    { name: 'no-circular', severity: 'error', from: { path: '^src/' }, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
  ],
  options: { doNotFollow: { path: 'node_modules' }, tsPreCompilationDeps: true, tsConfig: { fileName: 'tsconfig.json' }, enhancedResolveOptions: { extensions: ['.ts', '.js', '.json'] } },
};
