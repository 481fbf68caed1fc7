import { lazy } from "react";
import type { Reauthentication } from "#features/reauthentication/use-reauthentication.ts";
import { ahead } from "#lib/idle.ts";
import { WhenFirst } from "#ui/when-first.tsx";

const ReauthenticationDialog = lazy(
  ahead(() =>
    import("#features/reauthentication/dialog.tsx").then((file) => ({ default: file.ReauthenticationDialog })),
  ),
);

/** Asks for a code before single sign-on is changed, if the last sign-in is too old. */
export function SingleSignOnConfirmation({ reauthentication }: { reauthentication: Reauthentication }) {
  return (
    <WhenFirst isOpen={reauthentication.isWaiting}>
      <ReauthenticationDialog
        reauthentication={reauthentication}
        what="Changing single sign-on"
        onCancel={reauthentication.cancel}
        returnFocus={() => null}
      />
    </WhenFirst>
  );
}
