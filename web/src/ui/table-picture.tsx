import { cn } from "#lib/cn.ts";

const seats = [
  [66, 26],
  [100, 26],
  [134, 26],
  [168, 72],
  [134, 118],
  [100, 118],
  [66, 118],
  [32, 72],
] as const;

/** A table with its seats, so many of them in use. */
export function TablePicture({ taken }: { taken: number }) {
  return (
    <svg viewBox="0 0 200 144" aria-hidden="true" className="h-36 w-50">
      <ellipse cx="100" cy="72" rx="98" ry="68" className="fill-surface-2" />
      <rect
        x="52"
        y="46"
        width="96"
        height="52"
        rx="16"
        className="fill-surface stroke-border-strong [stroke-width:1.5]"
      />
      <rect x="70" y="62" width="60" height="6" rx="3" className="fill-surface-3" />
      <rect x="70" y="76" width="36" height="6" rx="3" className="fill-surface-3" />
      {seats.map(([x, y], index) => (
        <Seat key={`${x} ${y}`} x={x} y={y} isTaken={index < taken} />
      ))}
    </svg>
  );
}

function Seat({ x, y, isTaken }: { x: number; y: number; isTaken: boolean }) {
  return (
    <g>
      <circle
        cx={x}
        cy={y}
        r="13"
        className={cn(
          "[stroke-width:1.5]",
          isTaken ? "fill-accent stroke-accent" : "fill-surface stroke-control [stroke-dasharray:3_3.8]",
        )}
      />
      {isTaken && (
        <g className="fill-accent-fg">
          <circle cx={x} cy={y - 3} r="3.2" />
          <path d={`M${x - 6} ${y + 7}a6 5.4 0 0 1 12 0z`} />
        </g>
      )}
    </g>
  );
}
