/** What something costs, one value for each size. */
export type Curve = { kind: string; name: string; values: readonly number[] };

const width = 720;
const rowHeight = 18;
const labels = 190;
const top = 34;
const colors: Record<string, string> = { list: "#2563eb", save: "#b45309", sync: "#15803d", sweep: "#7c3aed" };

/**
 * Draws how a cost grows as an SVG: a line for each curve, from its value at the first size to that at the last, relative to
 * the first. A flat line does not grow.
 */
export function chart(sizes: readonly number[], curves: readonly Curve[]): string {
  const height = top + curves.length * rowHeight + 10;
  const step = (width - labels - 110) / Math.max(1, sizes.length - 1);
  const x = (at: number) => labels + at * step;
  const lines = curves.flatMap(({ kind, name, values }, row) => {
    const middle = top + (row + 0.5) * rowHeight;
    const [first = 0] = values;
    const y = (value: number) => middle - 6 * Math.log2(Math.max(value, 0.01) / Math.max(first, 0.01));
    const color = colors[kind] ?? "#444";
    const points = values.map((value, at) => `${x(at)},${y(value).toFixed(1)}`).join(" ");
    const ratio = (Math.max(values.at(-1) ?? 0, 0.01) / Math.max(first, 0.01)).toFixed(2);
    return [
      `<text x="8" y="${middle + 4}" fill="${color}">${kind}: ${name}</text>`,
      `<polyline points="${points}" fill="none" stroke="${color}" stroke-width="2"/>`,
      `<text x="${width - 100}" y="${middle + 4}" fill="${color}">${first} units, × ${ratio}</text>`,
    ];
  });
  const heads = sizes.map(
    (size, at) => `<text x="${x(at)}" y="18" text-anchor="middle" fill="#444">${size.toLocaleString("en")}</text>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11">`,
    `<title>Units of the table that each request costs, by the number of members</title>`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    `<text x="8" y="18" fill="#444">Members</text>`,
    ...heads,
    ...lines,
    "</svg>",
    "",
  ].join("\n");
}
