import { Check, Copy } from "lucide-react";
import { cn } from "#lib/cn.ts";
import { useCopy } from "#lib/use-copy.ts";

/** An id to copy. */
export function CopyableId({ id, label, className }: { id: string; label: string; className?: string }) {
  const { copied, copy } = useCopy();
  const Icon = copied ? Check : Copy;
  return (
    <button
      type="button"
      onClick={() => void copy(id)}
      aria-label={copied ? `${label} copied` : `Copy ${label}`}
      title={copied ? "Copied" : `Copy ${label}`}
      className={cn(
        "relative -left-1 inline-flex max-w-full items-center gap-1.5 rounded px-1 font-mono text-xs text-fg-3 hover:bg-surface-3 hover:text-fg pointer-coarse:min-h-8",
        className,
      )}
    >
      <span className="truncate">{id}</span>
      <Icon className={cn("size-3.5 shrink-0", copied && "text-success-text")} />
    </button>
  );
}
