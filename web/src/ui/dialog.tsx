import { AlertDialog as Alert } from "@base-ui/react/alert-dialog";
import { Dialog as Base } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import { Fragment, type ReactNode, useState } from "react";
import { cn } from "#lib/cn.ts";
import { Button, buttonClass } from "#ui/button.tsx";
import { Banner } from "./banner.tsx";
import { DialogFooter } from "./dialog-parts.tsx";

const backdrop =
  "fixed inset-0 z-40 bg-overlay transition-opacity duration-150 data-ending-style:opacity-0 data-starting-style:opacity-0";
const viewport = "fixed inset-0 z-40 grid items-end justify-items-center overflow-hidden sm:items-center sm:p-6";
const popup =
  "flex max-h-[calc(100dvh-32px)] w-full flex-col overflow-hidden rounded-t-2xl border border-border bg-surface shadow-3 outline-none transition-[opacity,transform] duration-200 ease-out data-ending-style:translate-y-6 data-ending-style:opacity-0 data-starting-style:translate-y-6 data-starting-style:opacity-0 sm:max-h-full sm:rounded-2xl sm:data-ending-style:translate-y-0 sm:data-ending-style:scale-[0.98] sm:data-starting-style:translate-y-0 sm:data-starting-style:scale-[0.98]";

type DialogProps = {
  isOpen: boolean;
  onClose: () => void;
  title: string;
  description?: ReactNode;
  width?: keyof typeof widths;
  children: ReactNode;
  returnFocus?: ReturnFocus;
};

/**
 * The element that gets the focus if the one that opened the dialog no longer exists; `false` leaves the focus where it
 * is.
 */
type ReturnFocus = () => HTMLElement | null | false;

const widths = { medium: "sm:max-w-[480px]", wide: "sm:max-w-[640px]", huge: "sm:max-w-[840px]" };

/** A dialog; on a phone, a sheet at the bottom of the screen. Focus returns to where it came from. */
export function Dialog(props: DialogProps) {
  const { isOpen, onClose, title, description, width = "medium", children, returnFocus } = props;
  const opening = useOpening(isOpen);
  return (
    <Base.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <Base.Portal>
        <Base.Backdrop className={backdrop} />
        <Base.Viewport className={viewport}>
          <Base.Popup className={cn(popup, widths[width])} {...(returnFocus && { finalFocus: returnFocus })}>
            <header className="flex items-start gap-4 px-5 pt-5 pb-4">
              <div className="min-w-0 flex-1">
                <Base.Title className="text-lg font-semibold">{title}</Base.Title>
                {description && <Base.Description className="mt-1 text-sm text-fg-2">{description}</Base.Description>}
              </div>
              <Base.Close
                aria-label="Close"
                className={buttonClass({ variant: "ghost", size: "iconSmall" }, "-mt-1 -mr-1.5")}
              >
                <X />
              </Base.Close>
            </header>
            <Fragment key={opening}>{children}</Fragment>
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
}

/** Numbers the times that it was opened: what is in a dialog begins anew, also if the dialog was still closing. */
function useOpening(isOpen: boolean) {
  const [known, setKnown] = useState({ isOpen, opening: 0 });
  if (known.isOpen !== isOpen) setKnown({ isOpen, opening: known.opening + (isOpen ? 1 : 0) });
  return known.opening;
}

type ConfirmProps = {
  isOpen: boolean;
  onClose: () => void;
  title: string;
  action: string;
  /** The other button, if "Cancel" would be ambiguous. */
  otherwise?: string;
  onConfirm: () => void;
  isBusy?: boolean;
  isDangerous?: boolean;
  failure?: ReactNode;
  children: ReactNode;
  returnFocus?: ReturnFocus;
};

/** Asks for confirmation of something harmful, or that affects many; closing cancels. */
export function Confirm(props: ConfirmProps) {
  const { isOpen, onClose, title, action, onConfirm, children, returnFocus } = props;
  const { isBusy = false, isDangerous = true, failure, otherwise = "Cancel" } = props;
  return (
    <Alert.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <Alert.Portal>
        <Alert.Backdrop className={backdrop} />
        <Alert.Viewport className={viewport}>
          <Alert.Popup className={cn(popup, "sm:max-w-[420px]")} {...(returnFocus && { finalFocus: returnFocus })}>
            <div className="px-5 pt-5 pb-5">
              <Alert.Title className="text-lg font-semibold">{title}</Alert.Title>
              <Alert.Description render={<div />} className="mt-1.5 text-sm text-fg-2">
                {children}
                {failure && (
                  <div className="mt-4">
                    <Banner tone="danger">{failure}</Banner>
                  </div>
                )}
              </Alert.Description>
            </div>
            <DialogFooter>
              <Alert.Close className={buttonClass({ size: "large" })}>{otherwise}</Alert.Close>
              <Button variant={isDangerous ? "danger" : "primary"} size="large" isBusy={isBusy} onClick={onConfirm}>
                {action}
              </Button>
            </DialogFooter>
          </Alert.Popup>
        </Alert.Viewport>
      </Alert.Portal>
    </Alert.Root>
  );
}
