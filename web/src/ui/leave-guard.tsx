import { useBlocker } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { hasSession } from "#lib/session.ts";
import { Confirm } from "#ui/dialog.tsx";

type Props = {
  /** Returns whether leaving would lose something now. */
  isHolding: () => boolean;
  /** True if a reload loses it as well; a draft survives it. */
  isLostOnReload?: boolean;
  title?: string;
  action?: string;
  otherwise?: string;
  /** A description of what would be lost. */
  children: ReactNode;
  onLeave: () => void;
};

/** Asks before a page is left if something would be lost with it: unsaved changes, unless it says otherwise. */
export function LeaveGuard({ isHolding, isLostOnReload = false, onLeave, ...texts }: Props) {
  const { title = "Leave without saving?", action = "Discard and leave", ...words } = texts;
  const blocker = useBlocker({
    shouldBlockFn: () => isHolding() && hasSession(),
    enableBeforeUnload: isLostOnReload && isHolding,
    withResolver: true,
  });

  function leave() {
    onLeave();
    blocker.proceed?.();
  }

  return (
    <Confirm
      isOpen={blocker.status === "blocked"}
      onClose={() => blocker.reset?.()}
      title={title}
      action={action}
      onConfirm={leave}
      {...words}
    />
  );
}
