type Props = { columns: number; rows: number; className?: string };

const looks = [
  "fill-accent stroke-accent",
  "fill-border-strong stroke-border-strong",
  "fill-transparent stroke-border-strong",
];

/** A field of seats of which some are in use, as a picture. One path per color: a thousand circles are slow to draw. */
export function SeatField({ columns, rows, className }: Props) {
  const paths = ["", "", ""];
  for (let at = 0; at < columns * rows; at++) {
    const [column, row] = [at % columns, Math.floor(at / columns)];
    paths[lookOf(column, row)] += `M${column * 24 + 5.5} ${row * 24 + 12}a6.5 6.5 0 1 0 13 0a6.5 6.5 0 1 0 -13 0`;
  }
  return (
    <svg viewBox={`0 0 ${columns * 24} ${rows * 24}`} aria-hidden="true" strokeWidth="1.5" className={className}>
      {paths.map((path, look) => (
        <path key={looks[look]} d={path} className={looks[look]} />
      ))}
    </svg>
  );
}

// A distribution without a visible period: the products of two coordinates, modulo a prime.
function lookOf(column: number, row: number) {
  const spread = (column * column * 7 + row * row * 13 + column * row * 5) % 23;
  return Number(spread > 1) + Number(spread > 5);
}
