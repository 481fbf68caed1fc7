import { CircleAlert, CircleCheck, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "#lib/cn.ts";
import { toSentence } from "#lib/failure.ts";

const looks = {
  info: { icon: Info, className: "bg-accent-soft text-accent-text" },
  success: { icon: CircleCheck, className: "bg-success-soft text-success-text" },
  warning: { icon: TriangleAlert, className: "bg-warning-soft text-warning-text" },
  danger: { icon: CircleAlert, className: "bg-danger-soft text-danger-text" },
};

type Props = { tone: keyof typeof looks; children: ReactNode; action?: ReactNode };

/** A message of the page itself; errors are read out at once. */
export function Banner({ tone, children, action }: Props) {
  const { icon: Icon, className } = looks[tone];
  return (
    <div
      role={tone === "danger" ? "alert" : "status"}
      className={cn("rise flex items-start gap-2.5 rounded-lg px-3 py-2.5 text-sm max-sm:flex-wrap", className)}
    >
      <Icon className="mt-0.5 size-4 shrink-0" />
      <div className="min-w-0 flex-1">{children}</div>
      {action && <div className="shrink-0 max-sm:w-full max-sm:pl-6.5">{action}</div>}
    </div>
  );
}

/** Says why something failed, if it did. */
export function ErrorBanner({ error }: { error: Error | null | undefined }) {
  return error && <Banner tone="danger">{toSentence(error)}</Banner>;
}
