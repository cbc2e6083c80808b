import { describe, expect, it } from 'vitest';
import { labelLines, services } from '../../src/checks/support/examples.ts';
import { lintExample, lintFiles } from '../support/lint.ts';

// One router that several containers declare in the same words. Costs under a second.
const LABELS = ['traefik.enable=true', 'traefik.http.routers.app.rule=Host(`a.example.com`)', 'traefik.http.routers.app.middlewares=missing', 'traefik.http.routers.app.service=app', 'traefik.http.services.app.loadbalancer.server.port=80'];

const related = (findings: ReturnType<typeof lintFiles>['findings']): readonly (readonly [number, readonly number[]])[] =>
  findings.filter(({ rule }) => rule === 'ref-unknown').map((finding) => [finding.line, finding.related.map(({ line }) => line)]);

describe('a lost router that two services declare', () => {
  it('is told of at both', () => {
    const { findings } = lintExample(services('', { one: LABELS, two: LABELS }));
    expect(related(findings)).toEqual([[19, [27]]]);
    expect(findings.find(({ rule }) => rule === 'ref-unknown')?.related[0]?.message).toBe('the router "app" is declared here too');
  });

  it('is told of once where a container is left out or shares the lines', () => {
    expect(related(lintExample(services('', { one: LABELS, two: ['traefik.enable=false', ...LABELS.slice(1)] })).findings)).toEqual([[19, []]]);
    const service = (name: string, labels: readonly string[]): readonly string[] => [`  ${name}:`, '    image: example/web:1', '    expose: ["80"]', ...labels];
    const text = ['x-labels: &app', ...labelLines(LABELS), 'services:', '  traefik:', '    image: traefik:v3.7', '    command: [--providers.docker.exposedbydefault=false, --entrypoints.web.address=:80]', '    volumes: ["/var/run/docker.sock:/var/run/docker.sock:ro"]', ...service('one', ['    labels: *app']), ...service('two', ['    labels: *app'])];
    expect(related(lintFiles({ files: { 'compose.yml': text.join('\n') } }).findings).map(([line]) => line)).toEqual([4]);
  });
});
