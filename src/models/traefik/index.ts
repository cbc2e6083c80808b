import type { Certificate, Middleware, Ref, ResolvedService, Routing, Service, TlsOptions, Transport } from '../../ir/index.ts';
import { refKey } from '../../ir/index.ts';
import type { EngineVersion } from '../../rule-lang/index.ts';
import { HERE, middlewareOf, refOf } from './refs.ts';
import { readMiddleware } from './middleware.ts';
import { listenerOf, readRouter, type Router } from './routes.ts';
import { readService, readTransport, resolve, type Pools } from './service.ts';
import { readStatic } from './static.ts';
import { expandTemplate, type Environment } from './template.ts';
import { nodeOf, parseYaml, type Node } from './tree.ts';

export type { Environment } from './template.ts';

/** What Traefik makes of its rendered files: HTTP only. */
export interface TraefikReading {
  readonly routing: Routing;
  /** What this reader does not know, or the engine would refuse: a template action, a file that is no YAML, a disabled entity. */
  readonly faults: readonly string[];
}

/** Reads `traefik.yml` and the dynamic files below the folder that it names. Never throws: what cannot be read is named. */
export function readTraefik(files: ReadonlyMap<string, string>, environment: Environment, version: EngineVersion = '3.7'): TraefikReading {
  const faults: string[] = [];
  const root = readFile('traefik.yml', files.get('traefik.yml') ?? '', faults);
  const file = readStatic(root, version);
  const provider = root.child('providers').child('file');
  const dynamic = [...files].filter(([path]) => provider.text('filename') === path || (provider.text('directory') !== '' && path.startsWith(`${provider.text('directory')}/`)));
  const roots = dynamic.map(([path, text]) => {
    const expanded = expandTemplate(text, environment);
    if (!expanded.ok) faults.push(`${path}: template action ${expanded.action}`);
    return expanded.ok ? readFile(path, expanded.text, faults) : nodeOf({});
  });
  const pools = poolsOf(roots, version, faults);
  const routers = entries(roots, 'http', 'routers').flatMap(([name, node]): readonly Router[] => {
    if (node.has('parentRefs')) faults.push(`router ${name}: parentRefs`);
    const router = readRouter(name, node, file);
    if (router === undefined) faults.push(`router ${name}: its rule`);
    return router === undefined ? [] : [router];
  });
  const services = errorPages(pools);
  const routing = { listeners: file.entryPoints.map((point) => listenerOf(point, routers, pools, file)), certificates: roots.flatMap(certificates), tlsOptions: roots.flatMap(tlsOptions), tlsStores: [], ...(services.length === 0 ? {} : { services }) };
  return { routing, faults };
}

function readFile(path: string, text: string, faults: string[]): Node {
  const value = parseYaml(text);
  const node = nodeOf(value);
  if (!node.there) faults.push(`${path}: no YAML mapping`);
  return node;
}

/** The entities of one section over all files; of two with one name Traefik takes neither, here the later one counts and is a fault there. */
function entries(roots: readonly Node[], protocol: string, section: string): readonly (readonly [string, Node])[] {
  return roots.flatMap((root) => {
    const at = root.child(protocol).child(section);
    return at.keys.map((name): readonly [string, Node] => [name, at.child(name)]);
  });
}

function certificates(root: Node): readonly Certificate[] {
  return root.child('tls').items('certificates').map((one) => ({ certFile: one.text('certFile'), keyFile: one.text('keyFile'), stores: one.list('stores'), origin: HERE }));
}

/** Of the options only whether they close connections decides anything here. */
function tlsOptions(root: Node): readonly TlsOptions[] {
  const all = root.child('tls').child('options');
  return all.keys.map((name) => ({ ref: refOf('tlsOptions', name), raw: { sniStrict: all.child(name).flag('sniStrict') }, origin: HERE, places: new Map(), symbol: name }));
}

interface AllPools extends Pools {
  readonly middlewares: ReadonlyMap<string, Middleware>;
}

function poolsOf(roots: readonly Node[], version: EngineVersion, faults: string[]): AllPools {
  const middlewares = new Map<string, Middleware>();
  for (const [name, node] of entries(roots, 'http', 'middlewares')) {
    const spec = readMiddleware(node, version);
    if (spec === undefined) faults.push(`middleware ${name}`);
    else add(middlewares, middlewareOf(refOf('middleware', name), spec, node.child(node.keys[0] ?? '').keys), faults);
  }
  const services = new Map<string, Service>();
  for (const [name, node] of entries(roots, 'http', 'services')) {
    const service = readService(refOf('service', name), node);
    if (service === undefined) faults.push(`service ${name}`);
    else services.set(refKey(service.ref), service);
  }
  const transports = new Map(entries(roots, 'http', 'serversTransports').map(([name, node]): readonly [string, Transport] => [refKey(refOf('transport', name)), readTransport(name, node)]));
  return { middlewares, services, transports, chain: (refs) => flatten(refs, middlewares, []) };
}

function add(middlewares: Map<string, Middleware>, middleware: Middleware, faults: string[]): void {
  const key = refKey(middleware.ref);
  if (middlewares.has(key)) faults.push(`middleware ${middleware.ref.name} twice`);
  middlewares.set(key, middleware);
}

/** Chains in place; undefined where a name leads nowhere. */
function flatten(refs: readonly Ref[], middlewares: ReadonlyMap<string, Middleware>, inside: readonly string[]): readonly Middleware[] | undefined {
  const out: Middleware[] = [];
  for (const ref of refs) {
    const key = refKey(ref);
    const found = middlewares.get(key);
    if (found === undefined || inside.includes(key)) return undefined;
    const parts = found.spec.kind === 'chain' ? flatten(found.spec.middlewares, middlewares, [...inside, key]) : [found];
    if (parts === undefined) return undefined;
    out.push(...parts);
  }
  return out;
}

function errorPages(pools: AllPools): readonly ResolvedService[] {
  return [...pools.middlewares.values()].flatMap(({ spec }) => {
    const resolved = spec.kind === 'errors' ? resolve(spec.service, pools) : undefined;
    return resolved === undefined ? [] : [resolved];
  });
}
