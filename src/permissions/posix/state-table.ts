/** Contents of a cell of the table; a larger number is the row of the next state. */
export const CELL = { UNBUILT: 0, DEAD: 1, MATCH: 2 } as const;

/** A set of nodes of the automaton: one state of the deterministic one. */
export interface State {
  /** Nodes that can read the next byte, ascending. */
  readonly readers: readonly number[];
  /** Assertions that the next byte will settle. */
  readonly waiting: readonly Waiting[];
}

export interface Waiting {
  /** What precedes (BEFORE). */
  readonly before: number;
  readonly nodes: readonly number[];
}

/** Row numbers fit 16 bits, which bounds the table to 128 kB. */
const MAX_CELLS = 65_536;
/** Bounds what the states remember. */
const MAX_NODES = 65_536;
const FIRST_ROW = CELL.MATCH + 1;
const FIRST_STATES = 8;

/** The states found so far and their transitions, in bounded memory: when it is full, everything is forgotten. */
export class StateTable {
  /** The cell of a state and a byte class is at row + class. */
  cells: Uint16Array;
  /** How often everything was forgotten: rows of before are void. */
  flushes = 0;
  readonly #stride: number;
  readonly #rows = new Map<string, number>();
  #states: State[] = [];
  #nodes = 0;

  constructor(columns: number) {
    this.#stride = columns;
    this.cells = new Uint16Array(FIRST_ROW + FIRST_STATES * columns);
  }

  stateAt(row: number): State {
    return this.#states[(row - FIRST_ROW) / this.#stride] as State;
  }

  /** The row of a state, a new one where it was not known. */
  rowOf(state: State): number {
    const key = keyOf(state);
    return this.#rows.get(key) ?? this.#add(state, key);
  }

  #add(state: State, key: string): number {
    this.#makeRoom();
    const row = FIRST_ROW + this.#states.length * this.#stride;
    this.#rows.set(key, row);
    this.#states.push(state);
    this.#nodes += state.readers.length + state.waiting.reduce((sum, { nodes }) => sum + nodes.length, 0);
    return row;
  }

  #makeRoom(): void {
    const needed = FIRST_ROW + (this.#states.length + 1) * this.#stride;
    if (needed > MAX_CELLS || this.#nodes > MAX_NODES) this.#flush();
    else if (needed > this.cells.length) this.#grow();
  }

  #grow(): void {
    const cells = new Uint16Array(Math.min(MAX_CELLS, this.cells.length * 2));
    cells.set(this.cells);
    this.cells = cells;
  }

  #flush(): void {
    this.flushes++;
    this.#rows.clear();
    this.#states = [];
    this.#nodes = 0;
    this.cells.fill(CELL.UNBUILT);
  }
}

function keyOf(state: State): string {
  const waiting = state.waiting.map(({ before, nodes }) => `|${before}:${nodes.join()}`);
  return state.readers.join() + waiting.join('');
}
