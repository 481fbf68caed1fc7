import { cn } from "#lib/cn.ts";

/** Larger numbers are shown by the bar and by digits: nobody counts them. */
const maxPictured = 120;

const looks = {
  used: "bg-accent",
  held: "bg-warning",
  unused: "bg-control",
  free: "border-[1.5px] border-dashed border-control",
  added: "border-[1.5px] border-accent bg-accent-soft",
  removed: "border-[1.5px] border-dashed border-danger bg-danger-soft",
};

type Props = { used: number; held?: number; unused?: number; paid: number; wanted: number };

/** Each seat as a mark: used, held by an invitation, taken by somebody who does not come, free, and what a change would add or remove. Decorative. */
export function SeatMap({ used, held = 0, unused = 0, paid, wanted }: Props) {
  const taken = used + held + unused;
  const seats: [keyof typeof looks, number][] = [
    ["used", used],
    ["held", held],
    ["unused", unused],
    ["free", Math.max(0, Math.min(paid, wanted) - taken)],
    ["removed", Math.max(0, paid - Math.max(wanted, taken))],
    ["added", Math.max(0, wanted - Math.max(paid, taken))],
  ];
  if (seats.reduce((sum, [, count]) => sum + count, 0) > maxPictured) {
    return null;
  }
  return (
    <div aria-hidden className="flex flex-wrap gap-1.5">
      {seats.flatMap(([look, count]) =>
        Array.from({ length: count }, (_, index) => (
          <span key={`${look} ${index + 1}`} className={cn("size-5 rounded-full", looks[look])} />
        )),
      )}
    </div>
  );
}
