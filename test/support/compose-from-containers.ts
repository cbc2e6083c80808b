import type { FakeContainer } from './docker-container.ts';

/** A Compose file made from recorded containers, and where each of them stands in it. */
export interface WrittenCompose {
  readonly text: string;
  /** Lines of each container's service, 1-based, end exclusive. */
  readonly lines: ReadonlyMap<string, { readonly from: number; readonly to: number }>;
}

/** Writes containers as services: labels as a list, ports exposed, networks by their Docker names. */
export function composeFrom(containers: readonly FakeContainer[]): WrittenCompose {
  const out: string[] = ['name: app', 'services:'];
  const lines = new Map<string, { from: number; to: number }>();
  for (const [index, container] of containers.entries()) {
    const from = out.length + 1;
    out.push(...service(container, serviceName(container, index)));
    lines.set(container.name, { from, to: out.length + 1 });
  }
  const networks = [...new Set(containers.flatMap(({ networks }) => Object.keys(networks)))];
  if (networks.length > 0) out.push('networks:', ...networks.flatMap((name, index) => [`  n${String(index)}_${key(name)}:`, `    name: ${quoted(name)}`, '    external: true']));
  return { text: `${out.join('\n')}\n`, lines };

  function service(container: FakeContainer, name: string): readonly string[] {
    const labels = Object.entries(container.labels).filter(([label]) => !label.startsWith('com.docker.compose.'));
    const own = Object.keys(container.networks);
    const mode = container.networkMode ?? (own.length === 0 ? 'none' : undefined);
    const special = mode !== undefined && !own.includes(mode) && mode !== 'bridge' && mode !== 'default';
    const all = [...new Set(containers.flatMap(({ networks: each }) => Object.keys(each)))];
    return [
      `  ${name}:`,
      '    image: example/app:1',
      // Compose wants two letters at least.
      ...(container.name.length < 2 ? [] : [`    container_name: ${quoted(container.name)}`]),
      ...(container.ports.length === 0 ? [] : ['    expose:', ...container.ports.map((port) => `      - ${quoted(port)}`)]),
      ...(special ? [`    network_mode: ${quoted(mode)}`] : ['    networks:', ...own.map((network) => `      - n${String(all.indexOf(network))}_${key(network)}`)]),
      ...(labels.length === 0 ? [] : ['    labels:', ...labels.map(([label, value]) => `      - ${quoted(`${label}=${value}`)}`)]),
    ];
  }
}

/** Compose writes one `$` as two; the rest are JSON's escapes, which YAML reads too. */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll('$', '$$$$');
}

function key(name: string): string {
  return name.replace(/[^A-Za-z0-9]/g, '_');
}

function serviceName(container: FakeContainer, index: number): string {
  return container.labels['com.docker.compose.service'] ?? `s${String(index)}_${key(container.name)}`;
}
