import { type FormEvent, type ReactNode, useState } from "react";
import { useInitialFocus } from "#lib/focus.ts";
import { DialogActions, DialogBody } from "#ui/dialog-parts.tsx";
import { InputField } from "#ui/input.tsx";

type Props = {
  label: ReactNode;
  /** The text that has to be typed. */
  expected: string;
  action: string;
  isBusy?: boolean;
  onTyped: () => void;
  onCancel: () => void;
  children?: ReactNode;
};

/** Continues only once the exact name is typed. */
export function TypedName({ label, expected, action, isBusy = false, onTyped, onCancel, children }: Props) {
  const input = useInitialFocus();
  const [typed, setTyped] = useState("");
  const [isChecked, setChecked] = useState(false);
  const isRight = typed === expected;

  function submit(event: FormEvent) {
    event.preventDefault();
    if (isRight) {
      onTyped();
    } else {
      setChecked(true);
      input.current?.focus();
    }
  }

  return (
    <form noValidate onSubmit={submit} className="contents">
      <DialogBody>
        {children}
        <InputField
          label={label}
          error={isChecked && !isRight ? `Type it exactly: ${expected}` : undefined}
          ref={input}
          value={typed}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          onChange={({ target }) => setTyped(target.value)}
        />
      </DialogBody>
      <DialogActions onCancel={onCancel} action={action} isBusy={isBusy} isDangerous />
    </form>
  );
}
