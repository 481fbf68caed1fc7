import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ReauthenticationDialog } from "#features/reauthentication/dialog.tsx";
import { keepsPasskeys, passkeysQuery } from "#lib/passkeys.ts";
import { declinePasskey } from "#lib/session.ts";
import { Banner, ErrorBanner } from "#ui/banner.tsx";
import { Button } from "#ui/button.tsx";
import { useAddPasskey } from "./use-add-passkey.ts";

/** Offers a passkey to somebody who has signed in by a code, where the device can keep one, until they decline. */
export function PasskeyOffer() {
  const [isOver, setOver] = useState(false);
  const passkeys = useQuery(passkeysQuery);
  const keeps = useQuery({ queryKey: ["keeps-passkeys"], queryFn: keepsPasskeys });
  const add = useAddPasskey(() => setOver(true));
  if (isOver || keeps.data !== true || passkeys.data === undefined || passkeys.data.items.length > 0) return null;

  function decline() {
    declinePasskey();
    setOver(true);
  }

  return (
    <div className="mb-5 grid gap-3">
      <Banner
        tone="info"
        action={
          <span className="flex flex-wrap gap-2">
            <Button size="small" isBusy={add.isBusy} onClick={() => void add.run()}>
              Add a passkey
            </Button>
            <Button size="small" variant="ghost" onClick={decline}>
              Not now
            </Button>
          </span>
        }
      >
        <strong className="font-semibold">Sign in without a code next time.</strong> This device can keep a passkey for
        you, behind your face, your fingerprint, or your PIN.
      </Banner>
      <ErrorBanner error={add.failure} />
      <ReauthenticationDialog
        reauthentication={add.reauthentication}
        what="Adding a passkey"
        onCancel={add.reauthentication.cancel}
        returnFocus={() => false}
      />
    </div>
  );
}
