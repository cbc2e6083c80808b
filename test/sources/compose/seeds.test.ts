import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { facts, findings, read } from './project.ts';

function seed(id: string): string {
  return readFileSync(`fixtures/seeds/${id}/docker-compose.yml`, 'utf8');
}

/**
 * Services, ports, environment and dependencies found by looking at the lines alone: two blanks for a service, six for
 * what stands in a list or mapping of one.
 */
function byEye(text: string): readonly string[] {
  const out: string[] = [];
  let section = '';
  let field = '';
  for (const [index, line] of text.split('\n').entries()) {
    const place = (part: string): string => `${String(index + 1)}:${String(line.indexOf(part) + 1)}-${String(line.indexOf(part) + 1 + part.length)}`;
    section = /^(\w+):/.exec(line)?.[1] ?? section;
    field = /^ {4}(\w+):/.exec(line)?.[1] ?? field;
    const service = /^ {2}([\w-]+):$/.exec(line)?.[1];
    const port = /^ {6}- ("(\d+):(\d+)")/.exec(line);
    const variable = /^ {6}((\w+): (\S+))/.exec(line);
    const item = /^ {6}- ([\w-]+)$/.exec(line)?.[1];
    if (section !== 'services') continue;
    if (service !== undefined) out.push(`${place(service)} service ${service}`);
    else if (field === 'ports' && port !== null) out.push(`${place(port[1] ?? '')} port :${port[2] ?? ''}:${port[3] ?? ''}/tcp`);
    else if (field === 'environment' && variable !== null) out.push(`${place(variable[1] ?? '')} env ${variable[2] ?? ''} = ${variable[3] ?? ''}`);
    else if (field === 'depends_on' && item !== undefined) out.push(`${place(item)} depends on ${item}`);
  }
  return out.sort();
}

describe('the seed articles', () => {
  it('004: every service, port, environment entry and dependency has its exact place', () => {
    const text = seed('004');
    const found = facts(read({ 'docker-compose.yml': text })).filter((fact) => / (service|port|env|depends on) /.test(fact) && !/ (network|label)/.test(fact));
    expect([...found].sort()).toEqual(byEye(text));
    expect(found.length).toBe(4 + 7 + 3 + 6 + 8 + 8 + 3);
  });

  it('004: health checks, images and the volume', () => {
    const { stack } = read({ 'docker-compose.yml': seed('004') });
    expect(stack?.containers.map((container) => [container.id.service, container.image?.value.text, container.hasHealthcheck, container.command.map((word) => word.value.text).join(' ')])).toEqual([
      ['kong-database', 'postgres:15', false, ''],
      ['kong-migration', 'kong:3.4', false, 'kong migrations bootstrap'],
      ['kong-node-1', 'kong:3.4', true, ''],
      ['kong-node-2', 'kong:3.4', true, ''],
    ]);
  });

  const LABELS = [
    { id: '000', services: { traefik: 6, whoami1: 4, whoami2: 4 } },
    { id: '001', services: { 'api-service': 4, 'web-service': 4, traefik: 0 } },
    { id: '003', services: { gateway: 0, whoami: 5, foo: 10, bar: 6 } },
    { id: '004', services: { 'kong-database': 0, 'kong-migration': 0, 'kong-node-1': 0, 'kong-node-2': 0 } },
  ];
  for (const { id, services } of LABELS) {
    it(`${id}: is read without a finding, with all labels`, () => {
      const result = read({ 'docker-compose.yml': seed(id) });
      expect(findings(result)).toEqual([]);
      expect(Object.fromEntries((result.stack?.containers ?? []).map((container) => [container.id.service, container.labels.length]))).toEqual(services);
    });
  }

  it('000: the escaped hash loses its doubled dollars', () => {
    const { stack } = read({ 'docker-compose.yml': seed('000') });
    const users = stack?.containers[0]?.labels.find((label) => label.key.value.text.endsWith('users'));
    expect(users?.value.value).toEqual({ text: 'test:$apr1$H6uskkkW$IgXLP6ewTrSuBkTrUag92', holes: [] });
  });

  it('003: two replicas', () => {
    const { stack } = read({ 'docker-compose.yml': seed('003') });
    expect(stack?.containers.find((container) => container.id.service === 'whoami')?.replicas).toBe(2);
  });
});
