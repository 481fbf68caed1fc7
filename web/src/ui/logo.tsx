import { productName } from "#lib/product.ts";

const ranks = [
  [9, 10],
  [23, 10],
  [9, 16],
  [23, 16],
  [9, 22],
  [23, 22],
] as const;

/** People in two ranks, and the one who calls them together. */
export function Logo({ hasName = false }: { hasName?: boolean }) {
  return (
    <span className="inline-flex items-center gap-2.5">
      <svg viewBox="0 0 32 32" aria-hidden="true" className="size-7 shrink-0">
        <rect width="32" height="32" rx="8" className="fill-primary" />
        {ranks.map(([x, y]) => (
          <circle key={`${x} ${y}`} cx={x} cy={y} r="2.6" className="fill-primary-fg" />
        ))}
        <circle cx="16" cy="16" r="2.6" className="fill-[#6d8bff] dark:fill-[#3b5bdb]" />
      </svg>
      {hasName && <span className="text-lg font-semibold">{productName}</span>}
    </span>
  );
}
