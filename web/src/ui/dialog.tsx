import { lazy } from "react";
import { ahead } from "#lib/idle.ts";
import { WhenFirst } from "#ui/when-first.tsx";
import type { ConfirmProps, DialogProps } from "./dialog-popup.tsx";

// What opens over a page is loaded after it, and before that is opened.

const Popup = lazy(ahead(() => import("./dialog-popup.tsx").then((file) => ({ default: file.Dialog }))));
const ConfirmPopup = lazy(ahead(() => import("./dialog-popup.tsx").then((file) => ({ default: file.Confirm }))));

/** A dialog; on a phone, a sheet at the bottom of the screen. Focus returns to where it came from. */
export function Dialog(props: DialogProps) {
  return (
    <WhenFirst isOpen={props.isOpen}>
      <Popup {...props} />
    </WhenFirst>
  );
}

/** Asks for confirmation of something harmful, or that affects many; closing cancels. */
export function Confirm(props: ConfirmProps) {
  return (
    <WhenFirst isOpen={props.isOpen}>
      <ConfirmPopup {...props} />
    </WhenFirst>
  );
}
