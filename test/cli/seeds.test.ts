import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { isJsonObject, stringAt } from '../support/json.ts';
import { copyOf, gateway, write } from './gateway.ts';

interface Built {
  readonly status: number | null;
  readonly written: readonly string[];
  /** `rule: message` of the findings that block. */
  readonly blocking: readonly string[];
}

function build(cwd: string, ...args: readonly string[]): Built {
  const { status, stdout } = gateway(['build', '--json', ...args], { cwd });
  const document: unknown = JSON.parse(stdout);
  return {
    status,
    written: listAt(document, 'targets').filter((one) => isJsonObject(one) && one['written'] === true).map((one) => stringAt(one, 'target')),
    blocking: listAt(document, 'findings').filter((one) => isJsonObject(one) && one['blocking'] === true).map((one) => `${stringAt(one, 'rule')}: ${stringAt(one, 'message')}`).sort(),
  };
}

function listAt(value: unknown, key: string): readonly unknown[] {
  const member = isJsonObject(value) ? value[key] : undefined;
  return Array.isArray(member) ? member : [];
}

const ALL = ['--to', 'traefik,nginx,kong'];
const SHORT_HASH = 'test:$$apr1$$H6uskkkW$$IgXLP6ewTrSuBkTrUag92';
/** "test", made by openssl and by htpasswd. */
const HASHES = { apr1: 'test:$$apr1$$H6uskkkW$$IgXLP6ewTrSuBkTrqE8wj/', bcrypt: 'test:$$2y$$05$$6k9VVXCDn2YJxLOcbVm1SeaNFGhR9aXkL4Bm1bVRHbqqTkrVtUbFG' };

function withHash(hash: string): string {
  const cwd = copyOf('fixtures/seeds/000');
  const file = path.join(cwd, 'docker-compose.yml');
  write(cwd, 'docker-compose.yml', readFileSync(file, 'utf8').replace(SHORT_HASH, () => hash));
  return cwd;
}

describe('a dashboard behind a password and two services', () => {
  it('as published is refused for its hash of 21 characters, and for nothing else', () => {
    expect(build(copyOf('fixtures/seeds/000'), ...ALL)).toEqual({ status: 1, written: [], blocking: ['hash-invalid: nobody can log in as "test": an apr1 digest has 22 characters, this has 21'] });
  });

  it('the good apr1 hash is the one of "test"', () => {
    const { stdout } = spawnSync('openssl', ['passwd', '-apr1', '-salt', 'H6uskkkW', 'test'], { encoding: 'utf8' });
    expect(HASHES.apr1).toBe(`test:${stdout.trim().replaceAll('$', '$$$$')}`);
  });

  for (const [kind, hash] of Object.entries(HASHES)) {
    it(`with a good ${kind} hash is built for Traefik and nginx; Kong is refused because hashes cannot be carried over`, () => {
      const { status, written, blocking } = build(withHash(hash), ...ALL);
      expect({ status, written }).toEqual({ status: 1, written: ['traefik', 'nginx'] });
      expect(blocking).toEqual(['target-unsupported: kong cannot express middleware.basicAuth.hash']);
    });
  }

  it('what lint advises never blocks', () => {
    const { stdout } = gateway(['lint', '--json'], { cwd: withHash(HASHES.apr1) });
    const findings = listAt(JSON.parse(stdout), 'findings');
    expect(findings.length).toBeGreaterThan(2);
    expect(findings.filter((one) => isJsonObject(one) && one['blocking'] === true)).toEqual([]);
  });
});

describe('the other articles', () => {
  it('two Python services are built for all three', () => {
    expect(build(copyOf('fixtures/seeds/001'), ...ALL)).toEqual({ status: 0, written: ['traefik', 'nginx', 'kong'], blocking: [] });
  });

  it('load balancing and consolidation: Traefik at once, the others name the feature that they approximate', () => {
    const { status, written, blocking } = build(copyOf('fixtures/seeds/003'), ...ALL);
    expect({ status, written, blocking }).toEqual({
      status: 1, written: ['traefik'],
      blocking: ['target-approximate: kong can only approximate middleware.rateLimit', 'target-approximate: nginx can only approximate middleware.rateLimit'],
    });
  });

  it('load balancing and consolidation: all three, once that is allowed by name', () => {
    expect(build(copyOf('fixtures/seeds/003'), ...ALL, '--allow-approximate', 'middleware.rateLimit=bursts agree')).toEqual({ status: 0, written: ['traefik', 'nginx', 'kong'], blocking: [] });
  });

  it('a Kong stack without Traefik: no error that is not about Kong', () => {
    const { stdout } = gateway(['lint', '--json'], { cwd: copyOf('fixtures/seeds/004') });
    const errors = listAt(JSON.parse(stdout), 'findings').filter((one) => stringAt(one, 'severity') === 'error');
    const aboutKong = /^(?:the Admin API of "kong-|Kong )/;
    expect(errors.map((one) => stringAt(one, 'message')).filter((message) => !aboutKong.test(message))).toEqual([]);
    expect(errors.every((one) => isJsonObject(one) && one['blocking'] === false)).toBe(true);
  });
});
