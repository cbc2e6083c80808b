import { pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { readTar } from '../../../src/sources/docker/tar.ts';

const LONG = `${'folder/'.repeat(20)}a.yml`;

async function archive(): Promise<Buffer> {
  const made = pack();
  made.entry({ name: 'dynamic/', type: 'directory' });
  made.entry({ name: LONG }, 'http: {}\n');
  made.entry({ name: 'b.yml', type: 'symlink', linkname: 'a.yml' });
  made.finalize();
  const parts: Buffer[] = [];
  for await (const part of made) parts.push(Buffer.from(part));
  return Buffer.concat(parts);
}

describe('readTar', () => {
  it('reads folders, files with long names and links', async () => {
    const entries = await readTar(await archive());
    expect(entries?.map(({ name, kind, data }) => [name, kind, data.toString()])).toEqual([['dynamic', 'folder', ''], [LONG, 'file', 'http: {}\n'], ['b.yml', 'link', '']]);
  });

  it('takes nothing from what ends too soon or is none', async () => {
    const whole = await archive();
    expect(await readTar(whole.subarray(0, whole.indexOf('http: {}') + 3))).toBeUndefined();
    expect(await readTar(Buffer.alloc(1024, 'no archive'))).toBeUndefined();
  });
});
