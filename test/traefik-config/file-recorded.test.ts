import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Origins, SourceFile } from '../../src/text/index.ts';
import { decodeDynamic } from '../../src/traefik-config/dynamic-file.ts';

interface Recorded {
  readonly cases: readonly { readonly text: string; readonly error?: string }[];
}

describe.each((['3.7', '2.11'] as const).flatMap((version) => (['yaml', 'toml'] as const).map((format) => ({ version, format }))))('$format files that Traefik $version decoded', ({ version, format }) => {
  const { cases }: Recorded = JSON.parse(readFileSync(new URL(`../../fixtures/oracle/files/decode-${version}-${format}.json`, import.meta.url), 'utf8'));
  it.each(cases.map((item, index): [number, (typeof cases)[number]] => [index, item]))('file %i', (_index, item) => {
    const read = decodeDynamic({ format, source: new SourceFile('dynamic', item.text) }, { version, origins: new Origins() });
    expect(read.cause?.engineSays).toBe(item.error);
    expect(read.root === undefined).toBe(item.error !== undefined);
  });
});
