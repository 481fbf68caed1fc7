import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

type Props = { picture?: ReactNode; icon?: LucideIcon; title: string; children: ReactNode; action?: ReactNode };

/** Says that there is nothing yet, and what to do about it. */
export function EmptyState({ picture, icon: Icon, title, children, action }: Props) {
  return (
    <div className="grid justify-items-center px-6 py-12 text-center">
      {picture}
      {Icon && (
        <span className="grid size-10 place-items-center rounded-xl border border-border bg-surface-2 text-fg-3">
          <Icon aria-hidden className="size-5" />
        </span>
      )}
      <h2 className="mt-5 text-lg font-semibold">{title}</h2>
      <p className="mt-1 max-w-sm text-fg-2 text-balance">{children}</p>
      {action && <div className="mt-5 flex gap-2">{action}</div>}
    </div>
  );
}
