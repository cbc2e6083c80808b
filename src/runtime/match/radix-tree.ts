interface Node<T> {
  /** What stands on the way here from the parent. */
  readonly label: string;
  readonly children: Map<number, Node<T>>;
  value: T | undefined;
}

/** Values by text; asked for all texts with which a longer one begins, in one walk along it. */
export class RadixTree<T> {
  readonly #root: Node<T> = { label: '', children: new Map(), value: undefined };

  /** The value of exactly this text, made when there is none. */
  at(text: string, make: () => T): T {
    let node = this.#root;
    let rest = text;
    while (rest !== '') {
      const first = rest.charCodeAt(0);
      const child = node.children.get(first);
      if (child === undefined) {
        const leaf: Node<T> = { label: rest, children: new Map(), value: undefined };
        node.children.set(first, leaf);
        node = leaf;
        break;
      }
      const shared = sharedLength(child.label, rest);
      node = shared === child.label.length ? child : split(node, child, shared);
      rest = rest.slice(shared);
    }
    node.value ??= make();
    return node.value;
  }

  /** Visits the values of all beginnings of the text, the shortest first. */
  along(text: string, visit: (value: T) => void): void {
    let node: Node<T> | undefined = this.#root;
    let at = 0;
    while (node !== undefined && text.startsWith(node.label, at)) {
      at += node.label.length;
      if (node.value !== undefined) visit(node.value);
      node = at < text.length ? node.children.get(text.charCodeAt(at)) : undefined;
    }
  }
}

function sharedLength(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let at = 0;
  while (at < most && a.charCodeAt(at) === b.charCodeAt(at)) at += 1;
  return at;
}

/** A node in the middle of the way to a child. */
function split<T>(parent: Node<T>, child: Node<T>, at: number): Node<T> {
  const middle: Node<T> = { label: child.label.slice(0, at), children: new Map(), value: undefined };
  middle.children.set(child.label.charCodeAt(at), { ...child, label: child.label.slice(at) });
  parent.children.set(child.label.charCodeAt(0), middle);
  return middle;
}
