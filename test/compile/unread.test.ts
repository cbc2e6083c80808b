import { describe, expect, it } from 'vitest';
import { build } from '../../src/compile/build.ts';
import { lintFiles, type Linted } from '../support/lint.ts';

const LABELS = ['services:', '  traefik:', '    image: traefik:v3.7', '    command: ["--providers.docker=true", "--providers.docker.exposedByDefault=false", "--entrypoints.web.address=:80"]', '    volumes: ["/var/run/docker.sock:/var/run/docker.sock:ro"]', '  app:', '    image: example/app', '    labels:', '      - traefik.enable=true', '      - traefik.http.routers.app.rule=Host(`app.example.com`)', '      - traefik.http.routers.app.middlewares=secured', '      - traefik.http.services.app.loadbalancer.server.port=8080'].join('\n');
const SECURED = 'services:\n  mw:\n    image: example/mw\n    expose: ["80"]\n    networks: [edge]\n    labels:\n      - traefik.enable=true\n      - traefik.http.middlewares.secured.stripprefix.prefixes=/x\n';

function withInclude(include: string, files: Readonly<Record<string, string>> = {}): Linted {
  return lintFiles({ files: { 'compose.yml': `include: ["${include}"]\n${LABELS}\nnetworks:\n  edge: {}\n`, ...files } });
}

function built({ loaded }: Linted): readonly string[] {
  const result = build(loaded, { targets: ['traefik'], versions: new Map(), allowances: new Map(), inlineSecrets: false, settings: {}, overrides: { endpoints: [], entryPoints: new Map() } });
  return result.diagnostics.filter(({ blocking }) => blocking).map(({ message }) => message);
}

describe('a part of a project that could not be read', () => {
  for (const include of ['${HOST}/mw.yml', 'https://example.com/mw.git']) {
    it(`raises no alarm over what may stand in ${include}, and nothing is built without it`, () => {
      const run = withInclude(include);
      expect(run.findings.filter(({ severity }) => severity !== 'note').map(({ rule, message }) => `${rule}: ${message}`)).toEqual([]);
      expect(built(run)).toEqual([`"${include}" was not read, so what it declares cannot be written here`]);
    });
  }

  it('may be a file of labels, too', () => {
    const files = { 'compose.yml': `${LABELS}\n    label_file: app.labels\n` };
    const run = lintFiles({ files });
    expect(run.findings.map(({ rule, severity }) => `${severity} ${rule}`)).toEqual(['note compose-file-missing']);
    expect(built(run)).toEqual(['"app.labels" was not read, so what it declares cannot be written here']);
    expect(built(lintFiles({ files: { ...files, 'app.labels': 'traefik.http.middlewares.secured.stripprefix.prefixes=/x\n' } }))).toEqual([]);
  });

  it('is judged as soon as it can be read', () => {
    const run = withInclude('${HOST}/mw.yml', { '.env': 'HOST=a\n', 'a/mw.yml': SECURED });
    expect(run.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(built(run)).toEqual([]);
    expect(withInclude('${HOST}/mw.yml', { '.env': 'HOST=a\n', 'a/mw.yml': SECURED.replace('secured', 'other') }).findings.filter(({ severity }) => severity === 'error').map(({ rule }) => rule)).toEqual(['ref-unknown']);
  });
});
