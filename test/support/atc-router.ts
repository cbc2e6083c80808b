import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The values of a Context by field, as Kong's `fill_atc_context` adds them. */
export type AtcValue = { readonly String: string } | { readonly Int: number } | { readonly IpAddr: string };
interface AtcModule {
  readonly __wbg_set_wasm: (exports: object) => void;
  readonly Schema: new () => { addField(field: string, type: string): void; free(): void };
  readonly Context: new (schema: object) => { addValue(field: string, value: AtcValue): void; free(): void };
  readonly Router: new (schema: object) => { addMatcher(priority: number, uuid: string, atc: string): string | undefined; execute(context: object): boolean; free(): void };
}

/** The part of the WebAssembly API that is used; it is not in the type library of a server program. */
interface Wasm {
  instantiate(bytes: Uint8Array, imports: object): Promise<{ readonly instance: { readonly exports: object } }>;
}
const wasm: Wasm = Reflect.get(globalThis, 'WebAssembly');

/** Kong's real router engine compiled to WebAssembly; Node 20 cannot import `.wasm`, so it is instantiated by hand. */
export async function loadAtcRouter(): Promise<AtcModule> {
  const folder = dirname(createRequire(import.meta.url).resolve('@kong/atc-router/package.json'));
  const glue: AtcModule = await import(pathToFileURL(join(folder, 'atc-router_bg.js')).href);
  const { instance } = await wasm.instantiate(readFileSync(join(folder, 'atc-router_bg.wasm')), { './atc-router_bg.js': glue });
  glue.__wbg_set_wasm(instance.exports);
  return glue;
}

/** Field types of Kong's HTTP schema (kong/router/fields.lua). */
function typeOf(field: string): string {
  if (field === 'net.src.ip' || field === 'net.dst.ip') return 'IpAddr';
  return field.endsWith('.port') || field === 'http.path.segments.len' ? 'Int' : 'String';
}

export interface AtcMatcher {
  /** The first of the expressions that matches, or why one is refused. */
  first(values: (field: string) => readonly AtcValue[]): number | undefined;
  readonly faults: readonly { readonly index: number; readonly message: string }[];
}

/** One router per expression, asked in order: `execute` only says whether anything matched. */
export function atcMatcher(atc: AtcModule, expressions: readonly string[], fields: readonly string[]): AtcMatcher {
  const schema = new atc.Schema();
  for (const field of fields) schema.addField(field, typeOf(field));
  const faults: { index: number; message: string }[] = [];
  const routers = expressions.map((expression, index) => {
    const router = new atc.Router(schema);
    const message = router.addMatcher(1, '00000000-0000-4000-8000-000000000000', expression);
    if (message !== undefined) faults.push({ index, message });
    return router;
  });
  return {
    faults,
    first(values) {
      const context = new atc.Context(schema);
      for (const field of fields) for (const value of values(field)) context.addValue(field, value);
      const found = routers.findIndex((router) => router.execute(context));
      context.free();
      return found === -1 ? undefined : found;
    },
  };
}
