interface Block {
  /** Locals that are in scope where the block begins. */
  readonly base: number;
  readonly labels: Set<string>;
  /** Jumps to labels that were not seen yet, each with the locals in scope. */
  jumps: readonly { readonly name: string; readonly locals: number }[];
}

/** The labels and jumps of one function: a jump must lead to a label around it, and not over the declaration of a local into its scope. */
export class LuaLabels {
  readonly #blocks: Block[] = [];
  #locals = 0;
  #ok = true;

  open(): void {
    this.#blocks.push({ base: this.#locals, labels: new Set(), jumps: [] });
  }

  /** What was not found in the block may stand around it. */
  close(): void {
    const block = this.#blocks.pop();
    if (block === undefined) return;
    this.#locals = block.base;
    const around = this.#blocks.at(-1);
    const left = block.jumps.map(({ name, locals }) => ({ name, locals: Math.min(locals, block.base) }));
    if (around !== undefined) around.jumps = [...around.jumps, ...left];
    else if (left.length > 0) this.#ok = false;
  }

  declare(): void {
    this.#locals += 1;
  }

  jump(name: string): void {
    const block = this.#blocks.at(-1);
    if (block !== undefined && !this.#blocks.some(({ labels }) => labels.has(name))) block.jumps = [...block.jumps, { name, locals: this.#locals }];
  }

  add(name: string, isLast: boolean): void {
    const block = this.#blocks.at(-1);
    if (block === undefined) return;
    if (block.labels.has(name)) this.#ok = false;
    block.labels.add(name);
    const locals = isLast ? block.base : this.#locals;
    if (block.jumps.some((jump) => jump.name === name && jump.locals < locals)) this.#ok = false;
    block.jumps = block.jumps.filter((jump) => jump.name !== name);
  }

  /** Whether every jump has a place to go. */
  done(): boolean {
    return this.#ok;
  }
}
