interface Node<Item> {
  readonly at: number;
  readonly item: Item;
}

/** Things in the order of their ends: a binary heap, the first to end on top. */
export class Expiry<Item> {
  #nodes: Node<Item>[] = [];

  get size(): number {
    return this.#nodes.length;
  }

  add(at: number, item: Item): void {
    const nodes = this.#nodes;
    const node = { at, item };
    let place = nodes.length;
    nodes.push(node);
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = nodes[above];
      if (parent === undefined || parent.at <= at) break;
      nodes[place] = parent;
      place = above;
    }
    nodes[place] = node;
  }

  /** Takes out one whose end is `now` or earlier; undefined when there is none. */
  next(now: number): Item | undefined {
    const [top] = this.#nodes;
    if (top === undefined || top.at > now) return undefined;
    const last = this.#nodes.pop();
    if (last !== undefined && last !== top) this.#sink(last);
    return top.item;
  }

  /** Leaves only what `keep` says. */
  filter(keep: (item: Item) => boolean): void {
    const kept = this.#nodes.filter((node) => keep(node.item));
    // What is sorted is a heap.
    this.#nodes = kept.sort((one, other) => one.at - other.at);
  }

  /** Puts a node on top and lets it down to its place. */
  #sink(node: Node<Item>): void {
    const nodes = this.#nodes;
    let place = 0;
    for (;;) {
      const left = nodes[2 * place + 1];
      const right = nodes[2 * place + 2];
      if (left === undefined) break;
      const [child, below] = right !== undefined && right.at < left.at ? [right, 2 * place + 2] : [left, 2 * place + 1];
      if (child.at >= node.at) break;
      nodes[place] = child;
      place = below;
    }
    nodes[place] = node;
  }
}
