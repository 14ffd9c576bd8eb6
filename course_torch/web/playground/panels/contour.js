// The line where a plane of numbers crosses a level: marching squares.

// Draw the crossings of a size × size plane onto `path`, in pixels of a square with this width.
export function contour(path, plane, size, level, width) {
  const unit = width / size;
  const at = (row, column) => plane[row * size + column] - level;
  const between = (here, there) => here / (here - there);
  for (let i = 0; i < size - 1; i += 1) {
    for (let j = 0; j < size - 1; j += 1) {
      const a = at(i, j), b = at(i, j + 1), c = at(i + 1, j + 1), d = at(i + 1, j);
      if ((a > 0) === (b > 0) && (a > 0) === (c > 0) && (a > 0) === (d > 0)) continue;
      const crossings = [];
      if (a > 0 !== b > 0) crossings.push([j + between(a, b), i]);
      if (b > 0 !== c > 0) crossings.push([j + 1, i + between(b, c)]);
      if (d > 0 !== c > 0) crossings.push([j + between(d, c), i + 1]);
      if (a > 0 !== d > 0) crossings.push([j, i + between(a, d)]);
      crossings.forEach(([x, y], k) => path[k % 2 === 0 ? "moveTo" : "lineTo"]((x + 0.5) * unit, (y + 0.5) * unit));
    }
  }
}
