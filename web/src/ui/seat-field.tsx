import { cn } from "#lib/cn.ts";

type Props = { columns: number; rows: number; className?: string };

/** A field of seats of which some are taken, as a picture. */
export function SeatField({ columns, rows, className }: Props) {
  const seats = Array.from({ length: columns * rows }, (_, index) => ({
    x: (index % columns) * 24 + 12,
    y: Math.floor(index / columns) * 24 + 12,
    look: lookOf(index % columns, Math.floor(index / columns)),
  }));
  return (
    <svg viewBox={`0 0 ${columns * 24} ${rows * 24}`} aria-hidden="true" className={className}>
      {seats.map((seat) => (
        <circle
          key={`${seat.x} ${seat.y}`}
          cx={seat.x}
          cy={seat.y}
          r="6.5"
          className={cn("[stroke-width:1.5]", seat.look)}
        />
      ))}
    </svg>
  );
}

// A spread without a visible period: the products of two coordinates, taken modulo a prime.
function lookOf(column: number, row: number) {
  const spread = (column * column * 7 + row * row * 13 + column * row * 5) % 23;
  if (spread < 2) {
    return "fill-accent stroke-accent";
  }
  return spread < 6 ? "fill-border-strong stroke-border-strong" : "fill-transparent stroke-border-strong";
}
