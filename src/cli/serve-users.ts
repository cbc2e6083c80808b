import type { ResolvedService, Routing, SourceHost } from '../index.ts';

type Chain = ResolvedService['chain'];

/** Logins of `usersFile`, read here because the runtime reads no files; what is not there is told, and lets nobody in. */
export function withUserFiles(routing: Routing, host: SourceHost): { readonly routing: Routing; readonly notes: readonly string[] } {
  const notes = new Set<string>();
  const changed = new Map<Chain[number], Chain[number]>();
  const one = (middleware: Chain[number]): Chain[number] => {
    const { spec, ref } = middleware;
    if ((spec.kind !== 'basicAuth' && spec.kind !== 'digestAuth') || spec.usersFile === '') return middleware;
    const known = changed.get(middleware);
    if (known !== undefined) return known;
    const text = host.readFile(spec.usersFile);
    if (text === undefined) notes.add(`middleware ${ref.name}: its usersFile is not here, so only the users of the label get in`);
    const lines = (text ?? '').split('\n').map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
    const made = { ...middleware, spec: { ...spec, users: [...lines, ...spec.users] } };
    changed.set(middleware, made);
    return made;
  };
  const service = (from: ResolvedService): ResolvedService => ({ ...from, chain: from.chain.map(one), members: from.members.map(service) });
  const listeners = routing.listeners.map((listener) => {
    const route = (from: (typeof listener.plain)[number]): (typeof listener.plain)[number] => ({ ...from, chain: from.chain.map(one), service: service(from.service) });
    return { ...listener, plain: listener.plain.map(route), tls: listener.tls.map(route) };
  });
  const mapped = { ...routing, listeners, ...(routing.services === undefined ? {} : { services: routing.services.map(service) }) };
  return { routing: mapped, notes: [...notes] };
}
