import { describe, expect, it } from 'vitest';
import { lint } from '../../src/compile/lint.ts';
import { toFindings } from '../../src/diagnostics/index.ts';
import { lintFiles } from '../support/lint.ts';

function said(labels: readonly string[]): readonly string[] {
  const compose = ['services:', '  proxy:', '    image: traefik:v3.7', '    command: ["--providers.docker", "--entrypoints.web.address=:80"]', '    volumes: ["/var/run/docker.sock:/var/run/docker.sock:ro"]', '  web:', '    image: example/web', '    expose: ["80"]', '    labels:', ...labels.map((label) => `      - ${label}`), ''].join('\n');
  const { loaded } = lintFiles({ files: { 'compose.yml': compose } });
  const { diagnostics } = lint(loaded);
  return toFindings(diagnostics, loaded.origins, loaded.files).filter(({ severity }) => severity === 'error').map(({ rule, line, column }) => `${rule} ${String(line)}:${String(column)}`);
}

const RULE = 'traefik.http.routers.web.rule=Host(`a.example.com`)';
const TWO_HOSTS = 'traefik.http.routers.api.rule=Host(`a.example.com`,`b.example.com`)';

describe('mistakes behind a label that breaks its container', () => {
  it('are said in the same run', () => {
    expect(said([RULE, TWO_HOSTS])).toEqual(['rule-v2-syntax 11:60']);
    expect(said([RULE, TWO_HOSTS, 'traefik.http.routers.web.entrypoint=web'])).toEqual(['rule-v2-syntax 11:60', 'label-unknown 12:34']);
    expect(said([RULE, 'traefik.http.routers.web.middlewares=none', 'traefik.http.routers.web.entrypoint=web'])).toEqual(['ref-unknown 11:46', 'label-unknown 12:34']);
  });

  it('are judged with the name that was meant, not without it', () => {
    expect(said([RULE, 'traefik.http.routers.web.middlewares=gate', 'traefik.http.midlewares.gate.ipallowlist.sourcerange=10.0.0.0/8'])).toEqual(['label-unknown 12:22']);
  });

  it('offer no other name for what the broken container declares', () => {
    const compose = ['services:', '  web:', '    image: example/web', '    expose: ["80"]', '    labels:', `      - ${RULE}`, '      - traefik.http.midlewares.c.addprefix.prefix=/c', '  api:', '    image: example/api', '    expose: ["80"]', '    labels:', '      - traefik.http.routers.api.rule=Host(`b.example.com`)', '      - traefik.http.routers.api.middlewares=c,x', '      - traefik.http.middlewares.x.addprefix.prefix=/x', ''].join('\n');
    const { loaded } = lintFiles({ files: { 'compose.yml': compose } });
    const found = lint(loaded).diagnostics.filter(({ rule }) => rule === 'ref-unknown');
    expect(found.map(({ follows, fixes }) => ({ follows, fixes }))).toEqual([{ follows: 'label-unknown shop/web traefik.http.midlewares.c.addprefix.prefix', fixes: [] }]);
  });

  it('say nothing of what a label without a likely meaning may have declared', () => {
    expect(said([RULE, 'traefik.http.routers.web.middlewares=gate', 'traefik.http.qqqqqqqqqq.gate.prefix=/a', TWO_HOSTS])).toEqual(['label-unknown 12:22', 'rule-v2-syntax 13:60']);
  });

  it('are not said of sound containers beside a broken one twice', () => {
    expect(said([TWO_HOSTS, TWO_HOSTS.replace('api', 'other'), 'traefik.http.routers.web.entrypoint=web']).filter((one) => one.startsWith('rule-v2'))).toEqual(['rule-v2-syntax 10:60', 'rule-v2-syntax 11:62']);
  });
});
