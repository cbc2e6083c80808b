export interface RadixNode<T> {
  /** What stands on the way here from the parent. */
  label: string;
  /** Children by their first letter, the first of them in place 0: an array is walked faster than a map is asked. */
  children: (RadixNode<T> | undefined)[];
  lowest: number;
  value: T | undefined;
}

/** Values by text; asked for all texts with which a longer one begins, in one walk along it. */
export class RadixTree<T> {
  readonly root: RadixNode<T> = nodeOf<T>('');

  /** The value of exactly this text, made when there is none. */
  at(text: string, make: () => T): T {
    let node = this.root;
    let rest = text;
    while (rest !== '') {
      const child = childOf(node, rest.charCodeAt(0));
      if (child === undefined) {
        const leaf = nodeOf<T>(rest);
        adopt(node, leaf);
        node = leaf;
        break;
      }
      const shared = sharedLength(child.label, rest);
      if (shared < child.label.length) split(child, shared);
      node = child;
      rest = rest.slice(shared);
    }
    node.value ??= make();
    return node.value;
  }

  /** Goes over the values of all beginnings of the text, the shortest first. Whatever is needed is handed on: a closure for each request would cost as much as the walk. */
  fold<A, C>(text: string, start: A, context: C, take: (so: A, value: T, context: C) => A): A {
    let node: RadixNode<T> | undefined = this.root;
    let at = 0;
    let so = start;
    while (node !== undefined && isAt(text, node.label, at)) {
      at += node.label.length;
      if (node.value !== undefined) so = take(so, node.value, context);
      node = at < text.length ? childOf(node, text.charCodeAt(at)) : undefined;
    }
    return so;
  }
}

function nodeOf<T>(label: string): RadixNode<T> {
  return { label, children: [], lowest: 0, value: undefined };
}

function childOf<T>({ children, lowest }: RadixNode<T>, letter: number): RadixNode<T> | undefined {
  const place = letter - lowest;
  return place >= 0 && place < children.length ? children[place] : undefined;
}

/** Letters are bytes, so that no list of children grows beyond 256. */
function adopt<T>(parent: RadixNode<T>, child: RadixNode<T>): void {
  const letter = child.label.charCodeAt(0);
  const { children, lowest } = parent;
  if (children.length === 0) parent.lowest = letter;
  else if (letter < lowest) {
    parent.children = [...Array.from({ length: lowest - letter }, () => undefined), ...children];
    parent.lowest = letter;
  }
  while (parent.children.length <= letter - parent.lowest) parent.children.push(undefined);
  parent.children[letter - parent.lowest] = child;
}

/** The first letter was compared on the way here, and labels are short. */
function isAt(text: string, label: string, at: number): boolean {
  if (text.length - at < label.length) return false;
  for (let letter = 1; letter < label.length; letter += 1) if (text.charCodeAt(at + letter) !== label.charCodeAt(letter)) return false;
  return true;
}

function sharedLength(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let at = 0;
  while (at < most && a.charCodeAt(at) === b.charCodeAt(at)) at += 1;
  return at;
}

/** Puts a node below another that takes its place and the beginning of its label. */
function split<T>(node: RadixNode<T>, at: number): void {
  const below: RadixNode<T> = { ...node, label: node.label.slice(at) };
  node.label = node.label.slice(0, at);
  node.children = [];
  node.value = undefined;
  adopt(node, below);
}
