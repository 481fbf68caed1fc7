import { CircleAlert } from "lucide-react";
import { type ComponentType, createElement, type ReactNode, useId } from "react";

type FieldIds = { id: string; "aria-describedby": string | undefined; "aria-invalid": true | undefined };

type Props = {
  label: ReactNode;
  hint?: ReactNode;
  error?: ReactNode;
  action?: ReactNode;
  children: (ids: FieldIds) => ReactNode;
};

/** A label, its control, and below it either help or an error; the control gets the ids that connect them. */
export function Field({ label, hint, error, action, children }: Props) {
  const id = useId();
  const noteId = `${id}-note`;
  const hasNote = Boolean(error ?? hint);
  return (
    <div className="grid gap-1.5">
      <div className="flex items-baseline justify-between gap-3">
        <label htmlFor={id} className="text-sm font-medium">
          {label}
        </label>
        {action}
      </div>
      {children({
        id,
        "aria-describedby": hasNote ? noteId : undefined,
        "aria-invalid": error ? true : undefined,
      })}
      <div id={noteId} aria-live="polite" className="text-sm empty:hidden">
        {error ? <FieldError>{error}</FieldError> : hint && <span className="text-fg-3">{hint}</span>}
      </div>
    </div>
  );
}

type FieldProps<P> = Omit<Props, "children"> & Omit<P, keyof Props | keyof FieldIds>;

/** Makes a control a field: it takes what both take. */
export function fieldOf<P extends object>(Control: ComponentType<P>) {
  return function ControlField({ label, hint, error, action, ...rest }: FieldProps<P>) {
    return (
      <Field label={label} hint={hint} error={error} action={action}>
        {(ids) => createElement(Control, { ...(rest as unknown as P), ...ids })}
      </Field>
    );
  };
}

export function FieldError({ children }: { children: ReactNode }) {
  return (
    <span className="flex items-start gap-1.5 text-danger-text">
      <CircleAlert className="mt-0.5 size-4 shrink-0" />
      <span>{children}</span>
    </span>
  );
}
