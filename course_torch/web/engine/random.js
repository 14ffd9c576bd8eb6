// The Mersenne Twister mt19937, from which NumPy and torch draw: the same numbers for a seed on every machine.

const SIZE = 624, MIDDLE = 397;

// A function whose next value is a whole number below 2³².
export function twister(seed) {
  const state = new Uint32Array(SIZE);
  state[0] = seed;
  for (let i = 1; i < SIZE; i++) state[i] = Math.imul(1812433253, state[i - 1] ^ (state[i - 1] >>> 30)) + i;
  let at = SIZE;

  function twist() {
    for (let i = 0; i < SIZE; i++) {
      const y = (state[i] & 0x80000000) | (state[(i + 1) % SIZE] & 0x7fffffff);
      state[i] = state[(i + MIDDLE) % SIZE] ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    at = 0;
  }

  return () => {
    if (at === SIZE) twist();
    let y = state[at++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  };
}

// The numbers of RandomState(seed).randn: pairs of them by the polar method, of which the second comes first.
export function normal(seed) {
  const next = twister(seed), uniform = () => ((next() >>> 5) * 2 ** 26 + (next() >>> 6)) / 2 ** 53;
  let kept = null;
  return () => {
    if (kept !== null) {
      const value = kept;
      kept = null;
      return value;
    }
    let x, y, square;
    do {
      [x, y] = [2 * uniform() - 1, 2 * uniform() - 1];
      square = x * x + y * y;
    } while (square >= 1 || square === 0);
    const factor = Math.sqrt(-2 * Math.log(square) / square);
    kept = factor * x;
    return factor * y;
  };
}

// torch.randperm(count) of a generator: each place swaps with itself or a later place.
export function permutation(count, next) {
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = 0; i < count - 1; i++) {
    const other = i + next() % (count - i);
    [order[i], order[other]] = [order[other], order[i]];
  }
  return order;
}
