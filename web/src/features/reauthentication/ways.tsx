import { reauthenticationMinutes } from "@muster/core/base/limits.ts";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useCallback, useEffect, useRef, useState } from "react";
import { FailureBanner } from "#features/sign-in/failure-banner.tsx";
import { reauthenticate, requestReauthentication } from "#lib/api.ts";
import { codeLength } from "#lib/code.ts";
import { useInitialFocus } from "#lib/focus.ts";
import { knowsPasskeys, passkeysQuery, reauthenticateWithPasskey } from "#lib/passkeys.ts";
import { accountQuery } from "#lib/queries.ts";
import { useTask } from "#lib/use-task.ts";
import { Button } from "#ui/button.tsx";
import { CodeInput } from "#ui/code-input.tsx";
import { Dialog } from "#ui/dialog.tsx";
import { DialogActions, DialogBody } from "#ui/dialog-parts.tsx";
import { Field } from "#ui/field.tsx";
import { Loading } from "#ui/loading.tsx";
import { Skeleton } from "#ui/skeleton.tsx";
import type { Reauthentication } from "./use-reauthentication.ts";

type Props = {
  reauthentication: Reauthentication;
  what: string;
  onCancel: () => void;
  returnFocus: () => HTMLElement | null | false;
};

/** Asks for a passkey, or sends a code by email, and continues the waiting action once either is there. */
export function Ways({ reauthentication, what, onCancel, returnFocus }: Props) {
  const { isWaiting, confirm } = reauthentication;
  const { data: me } = useQuery(accountQuery);
  const passkeys = useQuery({ ...passkeysQuery, enabled: isWaiting && knowsPasskeys() });
  const [isByCode, setByCode] = useState(false);
  const hasPasskey = passkeys.data !== undefined && passkeys.data.items.length > 0;
  const isByPasskey = hasPasskey && !isByCode;

  function cancel() {
    setByCode(false);
    onCancel();
  }

  return (
    <Dialog
      isOpen={isWaiting}
      onClose={cancel}
      returnFocus={returnFocus}
      title="Confirm it’s you"
      description={
        <>
          {what} requires a sign-in within the last {reauthenticationMinutes} minutes.
          {!isByPasskey && !passkeys.isLoading && (
            <>
              {" "}
              We emailed a code to <strong className="font-medium wrap-anywhere text-fg">{me?.email}</strong>.
            </>
          )}
        </>
      }
    >
      {passkeys.isLoading ? (
        <DialogBody>
          <Loading what="your passkeys">
            <Skeleton className="h-9" />
          </Loading>
        </DialogBody>
      ) : isByPasskey ? (
        <PasskeyForm onReauthenticated={confirm} onCancel={cancel} onCode={() => setByCode(true)} />
      ) : (
        <ReauthenticationForm onReauthenticated={confirm} onCancel={cancel} />
      )}
    </Dialog>
  );
}

type PasskeyProps = { onReauthenticated: () => void; onCancel: () => void; onCode: () => void };

function PasskeyForm({ onReauthenticated, onCancel, onCode }: PasskeyProps) {
  const confirm = useTask<void>(async () => {
    await reauthenticateWithPasskey();
    onReauthenticated();
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    void confirm.run();
  }

  return (
    <form onSubmit={submit} className="contents">
      <DialogBody>
        <p className="text-sm text-fg-2">Your browser asks for your face, your fingerprint, or your PIN.</p>
        {confirm.failure && <FailureBanner failure={confirm.failure} />}
        <Button variant="ghost" size="small" className="justify-self-start" onClick={onCode}>
          Email me a code instead
        </Button>
      </DialogBody>
      <DialogActions onCancel={onCancel} action="Use a passkey" isBusy={confirm.isBusy} />
    </form>
  );
}

function ReauthenticationForm({
  onReauthenticated,
  onCancel,
}: {
  onReauthenticated: () => void;
  onCancel: () => void;
}) {
  const input = useInitialFocus();
  const [code, setCode] = useState("");
  const mail = useMailedCode();
  const confirm = useTask(async (typed: string) => {
    const flow = await mail.flow();
    if (flow !== undefined) {
      await reauthenticate({ flow, code: typed });
      onReauthenticated();
    }
  });
  const isRefused = confirm.failure?.code === "code.invalid";

  function change(next: string) {
    setCode(next);
    confirm.forget();
    if (next.length === codeLength && next !== code) {
      void confirm.run(next);
    }
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    if (code.length === codeLength) {
      void confirm.run(code);
    } else {
      input.current?.focus();
    }
  }

  return (
    <form onSubmit={submit} className="contents">
      <DialogBody>
        <Field
          label="Code"
          error={isRefused ? "This is not the code from our newest email, or it has expired." : undefined}
          action={
            <Button variant="ghost" size="small" isBusy={mail.isBusy} onClick={mail.send}>
              Email me a new code
            </Button>
          }
        >
          {(ids) => <CodeInput {...ids} ref={input} value={code} onCode={change} readOnly={confirm.isBusy} />}
        </Field>
        {confirm.failure && !isRefused && <FailureBanner failure={confirm.failure} />}
        {mail.failure && <FailureBanner failure={mail.failure} />}
      </DialogBody>
      <DialogActions onCancel={onCancel} action="Confirm" isBusy={confirm.isBusy} />
    </form>
  );
}

/** A code is sent as soon as the dialog is open, once. Its email can be there before the answer that names its flow. */
function useMailedCode() {
  const flow = useRef<Promise<string | undefined>>(undefined);
  const requestCode = useCallback(async () => {
    const before = flow.current;
    const requested = requestReauthentication().then((answer) => answer.flow);
    // without a newer email, the code of the one before counts
    flow.current = requested.catch(() => before);
    await requested;
  }, []);
  const { run, isBusy, failure } = useTask<void>(requestCode);
  const send = useCallback(() => void run(), [run]);

  useEffect(() => {
    if (flow.current === undefined) send();
  }, [send]);
  return { flow: async () => flow.current, isBusy, failure, send };
}
