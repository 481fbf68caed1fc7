import type { ReactNode } from "react";
import { Button } from "#ui/button.tsx";

const footer =
  "flex flex-wrap items-center justify-end gap-2 border-t border-border bg-bg px-5 py-3 pb-[max(12px,env(safe-area-inset-bottom))] max-sm:*:flex-1";

export function DialogBody({ children }: { children: ReactNode }) {
  return <div className="grid min-h-0 flex-1 grid-cols-1 gap-4 overflow-y-auto px-5 pt-1 pb-5">{children}</div>;
}

export function DialogFooter({ children }: { children: ReactNode }) {
  return <footer className={footer}>{children}</footer>;
}

type ActionsProps = {
  onCancel: () => void;
  /** The label of the button. It submits the form around it, unless `onAction` is given. */
  action: ReactNode;
  onAction?: () => void;
  isBusy?: boolean;
  /** The reason that it is disabled, as a sentence. */
  blocked?: string | undefined;
  isDangerous?: boolean;
};

/** The end of a dialog that does one thing: cancel, or do it. */
export function DialogActions({ onCancel, action, onAction, isBusy = false, blocked, isDangerous }: ActionsProps) {
  return (
    <DialogFooter>
      <Button size="large" onClick={onCancel}>
        Cancel
      </Button>
      <Button
        variant={isDangerous ? "danger" : "primary"}
        size="large"
        isBusy={isBusy}
        blocked={blocked}
        {...(onAction ? { onClick: onAction } : { type: "submit" as const })}
      >
        {action}
      </Button>
    </DialogFooter>
  );
}
