// Costs about 2 s.

import { describe, expect, it } from 'vitest';
import { lintFiles } from '../../support/lint.ts';
import type { LintInput } from '../../support/lint.ts';

const told = (input: LintInput, rule: string): readonly string[] => lintFiles(input).findings.filter((finding) => finding.rule === rule).map(({ severity, blocking, line, message, help }) => `${severity}${blocking ? '!' : ''} ${String(line)} ${message} | ${help ?? ''}`);

const app = (...lines: readonly string[]): string => ['services:', '  app:', '    image: example/app:1', '    expose: ["80"]', ...lines, ''].join('\n');
const APP = app('    labels:', '      - traefik.http.routers.app.rule=Host(`app.example.com`)', '      - traefik.http.routers.app.middlewares=login');
const PROXY = ['services:', '  proxy:', '    image: example/proxy:1', '    labels:', '      - traefik.http.middlewares.login.basicauth.usersfile=/users', ''].join('\n');

describe('a middleware that the stack does not declare', () => {
  const of = (files: LintInput['files']): readonly string[] => told({ files, stacks: [['stacks/app/compose.yml']], declared: false }, 'ref-unknown');

  it('is an error that can be ignored, as long as nobody shows another stack', () => {
    expect(of({ 'stacks/app/compose.yml': APP })).toEqual(['error 7 middleware "login@docker" does not exist in what was read | declare it, write "login@file" if a file does, or lint this together with the stack that declares it']);
  });

  it('is none when a stack of the same repository declares it', () => {
    expect(of({ 'stacks/app/compose.yml': APP, 'stacks/proxy/compose.yml': PROXY, '.git/HEAD': '' })).toEqual(['info 7 middleware "login@docker" is declared in another stack | lint the two together: stacks/app/compose.yml stacks/proxy/compose.yml']);
  });

  it('is one when the other file is none of the same repository, or only a comment names it', () => {
    expect(of({ 'stacks/app/compose.yml': APP, 'stacks/proxy/compose.yml': PROXY })[0]).toMatch(/^error 7 /);
    expect(of({ 'stacks/app/compose.yml': APP, 'stacks/proxy/compose.yml': PROXY.replace('- traefik', '# - traefik'), '.git/HEAD': '' })[0]).toMatch(/^error 7 /);
  });

  it('blocks where the proxy is part of the stack', () => {
    const proxy = '  traefik:\n    image: traefik:v3.7\n    command: --providers.docker=true\n';
    expect(told({ files: { 'compose.yml': `${APP}${proxy}` }, declared: false }, 'ref-unknown')[0]).toMatch(/^error! 7 middleware "login@docker" does not exist \|/);
  });
});

describe('a part of a project', () => {
  const PART = 'services:\n  app:\n    networks: [edge]\n  db:\n    networks: [edge]\n';

  it('names the files that it belongs to', () => {
    const files = { 'prod.yml': PART, 'compose.yml': 'services:\n  app: {image: a}\n  db: {build: .}\n', 'networks.yml': 'networks:\n  edge: {}\n', 'other.yml': 'services:\n  x: {image: a}\n' };
    expect(told({ files, stacks: [['prod.yml']] }, 'compose-schema')).toEqual([
      'warning 2 service "app" and 1 more have neither "image" nor "build" | it is a part of a project, lint it with the other: -f compose.yml -f networks.yml -f prod.yml',
      'warning 3 service "app" and 1 more use the network "edge", which no file declares | it is a part of a project, lint it with the other: -f compose.yml -f networks.yml -f prod.yml',
    ]);
    expect(told({ files, stacks: [['compose.yml', 'networks.yml', 'prod.yml']] }, 'compose-schema')).toEqual([]);
  });

  it('is no mistake when another file takes it in', () => {
    const files = { 'base.yml': 'services:\n  app:\n    environment: {A: b}\n', 'compose.yml': 'services:\n  web:\n    image: a\n    extends:\n      file: ./base.yml\n      service: app\n' };
    expect(told({ files, stacks: [['base.yml']] }, 'compose-schema')).toEqual(['info 2 service "app" has neither "image" nor "build" | compose.yml takes it in: lint that one']);
  });

  it('is a mistake when a declared name is near', () => {
    expect(told({ files: { 'compose.yml': app('    networks: [edeg]', 'networks:', '  edge: {}') } }, 'compose-schema')).toEqual(['error 5 service "app" uses the network "edeg", which no file declares | write "edge"']);
  });

  it('is not looked for in services that a profile leaves out', () => {
    expect(told({ files: { 'compose.yml': app('    networks: [edge]', '    profiles: [debug]') } }, 'compose-schema')).toEqual([]);
  });
});

describe('a file with too many values', () => {
  const file = (values: number): string => `services:\n  app:\n    image: a\nx-list: [${Array.from({ length: values - 5 }, () => '0').join(',')}]\n`;

  it('is said from the first one that Compose does not read', () => {
    expect(told({ files: { 'compose.yml': file(100_000) } }, 'compose-too-large')).toEqual([]);
    expect(told({ files: { 'compose.yml': file(100_001) } }, 'compose-too-large')[0]).toMatch(/^warning 1 the file has 100,001 values \| /);
  });

  it('counts an alias as one', () => {
    const [list, uses] = [Array.from({ length: 1000 }, () => '0'), Array.from({ length: 110 }, () => '*list')];
    expect(told({ files: { 'compose.yml': `services:\n  app:\n    image: a\nx-list: &list [${list.join(',')}]\nx-lists: [${uses.join(', ')}]\n# ${'long '.repeat(40_000)}\n` } }, 'compose-too-large')).toEqual([]);
  });
});

describe('two proxies in one stack', () => {
  it('judges labels by the one that reads them', () => {
    const files = { 'compose.yml': ['services:', '  front:', '    image: traefik:v3.7', '    command: --providers.file.filename=/f.yml', '  inner:', '    image: traefik:v3.7', '    command: --providers.docker=true', '  app:', '    image: example/app:1', '    expose: ["80"]', '    labels:', '      - traefik.http.routers.app.rule=Host(`app.example.com`)', '      - traefik.http.routers.app.middlewares=login', ''].join('\n') };
    expect(told({ files, declared: false }, 'not-exposed')).toEqual([]);
    expect(told({ files, declared: false }, 'ref-unknown')).toHaveLength(1);
  });

  it('says that labels are without a reader where no proxy has the provider', () => {
    const files = { 'compose.yml': `${APP}  traefik:\n    image: traefik:v3.7\n    command: --providers.file.filename=/f.yml\n` };
    expect(told({ files, declared: false }, 'not-exposed')).toEqual(['warning 6 "app" declares routers, but nobody reads labels | switch it on: providers.docker']);
  });
});

describe('Traefik 1', () => {
  it('is not judged by what the later ones do', () => {
    const files = { 'compose.yml': 'services:\n  traefik:\n    image: traefik:1.7\n    command: --docker --docker.watch\n  app:\n    image: a\n    labels: [traefik.port=80, "traefik.frontend.rule=Host:a.example.com"]\n' };
    const { findings } = lintFiles({ files, declared: false });
    expect(findings.filter(({ severity }) => severity === 'error').map(({ rule, message }) => `${rule} ${message}`)).toEqual([]);
    expect(told({ files, declared: false }, 'version-unknown')[0]).toMatch(/^note 3 "traefik" is Traefik 1: its flags and labels are not judged/);
    expect(told({ files, declared: false, versions: ['3.7'] }, 'label-v1')).toHaveLength(2);
  });
});
