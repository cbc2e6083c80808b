import { readKongNode, type KongNode } from '../../models/kong/index.ts';
import { proxyListeners } from '../../models/kong/conf.ts';
import { heardAtPlace, placeText, type Place } from '../../text/index.ts';

/** What hears a place. */
export interface KongListening {
  readonly node: KongNode;
  readonly ssl: boolean;
}

interface ReadNode {
  readonly node?: KongNode;
  /** A text that is no YAML is a fault of the text. */
  readonly fault?: string;
}

/** The rendered nodes, each from the files of its folder. */
export function readKongNodes(files: ReadonlyMap<string, string>): readonly ReadNode[] {
  const folders = [...files.keys()].filter((path) => path.endsWith('kong.yml')).map((path) => path.slice(0, -'kong.yml'.length));
  return folders.map((folder) => {
    const read = (name: string): string => files.get(folder + name) ?? '';
    try {
      return { node: readKongNode({ yaml: read('kong.yml'), conf: read('kong.conf'), httpInclude: read('http.inc'), proxyInclude: read('proxy.inc') }) };
    } catch (error) {
      if (error instanceof Error && error.name === 'YAMLParseError') return { fault: `${folder}kong.yml: ${error.message.split('\n', 1)[0] ?? ''}` };
      throw error;
    }
  });
}

/** Finds the node that hears a place, and whether it speaks TLS there. */
export function kongListeningAt(nodes: readonly KongNode[]): (place: Place) => KongListening | undefined {
  const all = new Map(nodes.flatMap((node) => proxyListeners(node.conf).map(({ ssl, ...place }): readonly [string, KongListening] => [placeText(place), { node, ssl }])));
  return (place) => heardAtPlace(all, place);
}
