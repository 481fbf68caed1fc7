import { ReauthenticationDialog } from "#features/reauthentication/dialog.tsx";
import type { Reauthentication } from "#features/reauthentication/use-reauthentication.ts";

/** Asks for a code before single sign-on is changed, if the last sign-in is too old. */
export function SingleSignOnConfirmation({ reauthentication }: { reauthentication: Reauthentication }) {
  return (
    <ReauthenticationDialog
      reauthentication={reauthentication}
      what="Changing single sign-on"
      onCancel={reauthentication.cancel}
      returnFocus={() => null}
    />
  );
}
