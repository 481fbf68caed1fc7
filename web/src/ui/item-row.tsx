import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { LoadingRows } from "./loading.tsx";

type Props = {
  icon: LucideIcon;
  /** Its name, and badges. */
  title: ReactNode;
  /** Buttons; on a phone, below. */
  actions?: ReactNode;
  /** Lines about it. */
  children: ReactNode;
};

/** A thing of the account in its list: a session, a passkey, a device. */
export function ItemRow({ icon: Icon, title, actions, children }: Props) {
  return (
    <li className="flex min-h-15 flex-wrap items-center gap-x-3 gap-y-2 border-b border-border px-5 py-2.5 last:border-b-0">
      <span className="grid size-9 shrink-0 place-items-center rounded-lg border border-border bg-surface-2 text-fg-2">
        <Icon className="size-4" />
      </span>
      <div className="min-w-0 flex-1 basis-52">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1 font-medium">{title}</p>
        <div className="text-sm text-fg-3 wrap-anywhere">{children}</div>
      </div>
      {actions && <div className="flex flex-wrap gap-2 max-sm:w-full">{actions}</div>}
    </li>
  );
}

/** The shape of such a list before its content. */
export function ItemRowsLoading({ what, count }: { what: string; count: number }) {
  return (
    <LoadingRows
      what={what}
      count={count}
      picture="size-9 rounded-lg"
      lines={["h-4 w-36", "h-3.5 w-52"]}
      className="border-t border-border"
    />
  );
}
