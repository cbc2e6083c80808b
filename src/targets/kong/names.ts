import type { Ref } from '../../ir/index.ts';

/**
 * Entity names: Kong takes letters, digits and `. - _ ~` (and UTF-8) and wants every name once per entity type. `web@docker`
 * becomes `web.docker`; what Kong does not take becomes `_`, and a name that is taken gets a number.
 */
export class Names {
  readonly #taken = new Set<string>();
  readonly #known = new Map<string, string>();

  constructor(reserved: Iterable<string> = []) {
    for (const name of reserved) this.#taken.add(name);
  }

  /** The same key always gets the same name. */
  of(key: string, wish: string): string {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const base = clean(wish);
    let name = base;
    for (let count = 2; this.#taken.has(name); count += 1) name = `${base}_${String(count)}`;
    this.#taken.add(name);
    this.#known.set(key, name);
    return name;
  }
}

function clean(text: string): string {
  const cleaned = text.replace(/[^A-Za-z0-9._-]/g, '_');
  return cleaned === '' ? '_' : cleaned.slice(0, 200);
}

export function refWish(ref: Ref): string {
  return `${ref.name}.${ref.namespace}`;
}

/** An upstream's name must be a host name: no empty label, none that ends with a dash. */
export function upstreamWish(ref: Ref): string {
  const label = (text: string): string => text.replace(/[^A-Za-z0-9-]/g, '_').replace(/-$/, '_') || '_';
  return `${label(ref.name).slice(0, 100)}.${label(ref.namespace).slice(0, 50)}.upstream`;
}
