import { describe, expect, it } from 'vitest';
import { readInspection } from '../../../src/sources/docker/inspect.ts';
import { readListed } from '../../../src/sources/docker/listed.ts';
import { readRecording } from '../../resolve/recording.ts';
import { inspection, listEntry, type FakeContainer } from '../../support/docker-container.ts';

/** What the list of containers says must be what each container says of itself; real Docker's answers are in the engine tests. About 1 s. */
const APP: FakeContainer = { name: 'app', labels: { 'traefik.enable': 'true' }, ports: ['9000/tcp', '80/tcp'], networks: { n: '10.0.0.2' }, image: 'app:1' };

describe('the list of containers', () => {
  it('says of every recorded container what the container says of itself', () => {
    const containers = readRecording('fixtures/oracle/labels/verdicts.json').flatMap((recorded) => recorded.containers.map((container): FakeContainer => ({ ...container, published: {} })));
    const read = containers.map((container) => ({ listed: readListed(listEntry(container)), asked: readInspection(inspection(container)) }));
    for (const { listed, asked } of read) if (listed !== undefined) expect(JSON.stringify(listed)).toBe(JSON.stringify(asked));
    // Those that stopped have to be asked, and a few whose health Docker has other words for.
    expect(read.filter(({ listed }) => listed === undefined).length).toBeLessThan(containers.length / 10);
  });

  it.each([
    ['a port with several bindings', { published: { '80/tcp': [{ hostIp: '127.0.0.1', hostPort: '8081' }, { hostIp: '0.0.0.0', hostPort: '8080' }] } }],
    ['a container without a network', { networks: {}, networkMode: 'none' }],
    ['an IPv6 address alone', { networks: { n: 'fd00::2' } }],
    ['one that is not well', { health: 'unhealthy' }],
    ['one that is not well yet', { health: 'starting' }],
    ['one of Compose', { composeProject: 'shop', composeService: 'web' }],
  ] as const)('%s', (_what, more) => {
    const container: FakeContainer = { ...APP, ...more };
    expect(readListed(listEntry(container))).toEqual(readInspection(inspection(container)));
  });

  it.each([
    ['its command and files are wanted', { image: 'traefik:v3.7' }],
    ['its tag has moved to another image', { image: `sha256:${'a'.repeat(64)}` }],
    ['its health is not told while it is paused', { state: 'paused' }],
    ['nor after it has ended', { state: 'exited' }],
  ] as const)('leaves to the container: %s', (_what, more) => {
    expect(readListed(listEntry({ ...APP, ...more }))).toBeUndefined();
  });

  it.each(['Mounts', 'Ports', 'HostConfig', 'NetworkSettings', 'State', 'Status', 'Image', 'Names', 'Id'])('leaves to the container what an older list lacks: %s', (member) => {
    expect(readListed(Object.fromEntries(Object.entries(listEntry(APP)).filter(([key]) => key !== member)))).toBeUndefined();
  });

  it('takes the name of a container, not one that a link gave it', () => {
    expect(readListed({ ...listEntry(APP), Names: ['/other/db', '/app'] })?.name).toBe('app');
    expect(readListed({ ...listEntry(APP), Names: ['/app', '/web'] })).toBeUndefined();
  });
});
